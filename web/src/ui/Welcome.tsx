/* The first card: what this is, what others ask, whom to call. */

import { useState } from 'preact/hooks';
import { batch, questionsOf } from '../office';
import type { Office } from '../protocol';
import { AllQuestions } from './AllQuestions';
import { OFFICE_LANGUAGE, usePage } from './page';
import { Choices, ContactList } from './parts';

const SHOWN = 6;

function Examples({ office }: { office: Office }) {
	const { words, conversation } = usePage();
	const [turn, setTurn] = useState(0);
	const questions = questionsOf(office);
	return questions.length === 0 ? null : (
		<div id="examples">
			<div class="examples-head">
				<h3 class="label" id="examples-title">{words.examples}</h3>
				{questions.length > SHOWN && (
					<button type="button" class="button plain" onClick={() => setTurn(turn + 1)}>{words.rotate}</button>
				)}
			</div>
			<Choices labels={batch(questions, turn, SHOWN)} labelledBy="examples-title"
				say={(question) => conversation.ask(question)} />
		</div>
	);
}

export function WelcomeCard({ office }: { office: Office | null }) {
	const { words, contacts } = usePage();
	return (
		<section class="card welcome" aria-labelledby="welcome-title">
			<h2 id="welcome-title">{words.greeting}</h2>
			{office ? <p id="welcome" lang={OFFICE_LANGUAGE}>{office.welcome}</p> : <p id="welcome">{words.welcome}</p>}
			{office && <Examples office={office} />}
			{office && <AllQuestions />}
			{office && (
				<div class="contacts" id="contacts">
					<p>{contacts.length > 0 ? words.contacts : words.noContacts}</p>
					<ContactList contacts={contacts} />
				</div>
			)}
		</section>
	);
}
