/* A reply as a card. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { copyText } from '../clipboard';
import type { Turn } from '../conversation';
import { COMMANDS, REASONS, type Outcome, type Question, type Rating as Value, type Reply } from '../protocol';
import { isOffer, textOf } from '../reading';
import { AnswerSection, Offer, QuestionBack, type Talk } from './Answer';
import { usePage } from './page';
import { Choices, OfficeWords, UseComputer } from './parts';

const WITH_RECEIPT: Outcome[] = ['answer', 'decline', 'handoff', 'error'];
const WITH_RATING: Outcome[] = ['answer', 'decline'];

function has(outcomes: Outcome[], reply: Reply): boolean {
	return !!reply.receipt && outcomes.indexOf(reply.outcome) >= 0;
}

function canTryAgain({ outcome, reason }: Reply): boolean {
	return outcome === 'busy' || (outcome === 'error' && (!reason || reason === 'internal'));
}

function ChoiceParts({ reply, talk }: { reply: Reply; talk: Talk }) {
	const { words, paused } = usePage();
	const { turn, live, say } = talk;
	const choices = reply.choices || [];
	return (
		<>
			{reply.reason === 'no_such_option' && <p class="notice">{words.noSuchOption}</p>}
			<p class="words">{choices.length === 1 ? words.pickOne : words.pick}</p>
			<Choices labels={choices.map((choice) => choice.question)} taken={turn.taken} say={say}>
				{live && (
					<li>
						<button type="button" class={turn.taken === COMMANDS.none ? 'choice taken' : 'choice'}
							disabled={paused} onClick={() => say(COMMANDS.none)}>{words.none}</button>
					</li>
				)}
			</Choices>
		</>
	);
}

/* A question or an offer that no answer holds. */
function NextParts({ next, reply, talk }: { next: Question; reply: Reply; talk: Talk }) {
	if (!isOffer(next))
		return <QuestionBack next={next} reply={reply} talk={talk} />;
	return talk.live ? <Offer next={next} talk={talk} /> : null;
}

function Rating({ talk: { turn } }: { talk: Talk }) {
	const { words, conversation } = usePage();
	const { rated } = turn;
	const reasons = useRef<HTMLDivElement>(null);
	const thanks = useRef<HTMLParagraphElement>(null);
	const asksWhy = !!rated && rated.value === 'down';
	const titleId = `rating-${turn.id}`;
	useEffect(() => {
		if (asksWhy && !turn.restored && reasons.current)
			reasons.current.scrollIntoView({ block: 'nearest' });
	}, [asksWhy]);
	const done = !!rated && rated.state === 'noted' && (rated.value === 'up' || !!rated.reason);
	/* The button that had the focus is gone. */
	useEffect(() => {
		if (done && !turn.restored && thanks.current && document.activeElement === document.body)
			thanks.current.focus({ preventScroll: true });
	}, [done]);
	if (rated && done)
		return <p class="rating noted" role="status" tabIndex={-1} ref={thanks}>{rated.value === 'up' ? words.thanks : words.thanksForReason}</p>;
	const wait = !!rated && rated.state === 'sending';
	/* Not disabled meanwhile: that would take the focus away. */
	function rate(value: Value, reason?: string) {
		if (!wait)
			conversation.rate(turn, value, reason);
	}
	return (
		<div class="rating">
			<div class="rating-row" role="group" aria-labelledby={titleId}>
				<span id={titleId} class="label">{words.helpful}</span>
				<span class="rating-buttons">
					<button type="button" class="button quiet" aria-disabled={wait} aria-pressed={!!rated && rated.value === 'up'}
						onClick={() => rate('up')}>{words.up}</button>
					<button type="button" class="button quiet" aria-disabled={wait} aria-pressed={asksWhy}
						onClick={() => rate('down')}>{words.down}</button>
				</span>
			</div>
			{asksWhy && (
				<div class="rating-row reasons" ref={reasons} role="group" aria-labelledby={`${titleId}-why`}>
					<span class="label whole-row" id={`${titleId}-why`}>{words.reasons}</span>
					{REASONS.map((reason) => (
						<button key={reason} type="button" class="button quiet" aria-disabled={wait}
							onClick={() => rate('down', reason)}>{words.reasonNames[reason]}</button>
					))}
				</div>
			)}
			{rated && rated.state === 'failed' && <p class="label" role="status">{words.notNoted}</p>}
		</div>
	);
}

function Copy({ reply }: { reply: Reply }) {
	const { words, contacts, announce } = usePage();
	const [told, setTold] = useState('');
	function copy() {
		void copyText(textOf(reply, contacts, words)).then((done) => {
			const word = done ? words.copied : words.copyFailed;
			setTold(word);
			announce(word);
		});
	}
	return <button type="button" class="button quiet copy" onClick={copy}>{told || words.copy}</button>;
}

function Foot({ reply, talk }: { reply: Reply; talk: Talk }) {
	const { words } = usePage();
	return has(WITH_RECEIPT, reply) ? (
		<footer class="foot">
			<div class="foot-row">
				<p class="receipt">{words.receipt(reply.receipt || '')}</p>
				<Copy reply={reply} />
			</div>
			{has(WITH_RATING, reply) && <Rating talk={talk} />}
		</footer>
	) : null;
}

/* What was not answered through no fault of the person need not be typed again. */
function Again({ turn }: { turn: Turn }) {
	const { words, conversation, paused } = usePage();
	return (
		<button type="button" class="button" disabled={paused}
			onClick={() => conversation.ask(turn.text)}>{words.again}</button>
	);
}

/* Where the question is not answered, those that are can be looked through. */
function PlainText({ reply: { outcome, text } }: { reply: Reply }) {
	const { words, browse } = usePage();
	return (
		<>
			{text ? <OfficeWords text={text} /> : <p class="words">{outcome === 'busy' ? words.busy : words.error}</p>}
			<UseComputer texts={[text]} />
			{outcome === 'decline' && (
				<button type="button" class="button plain browse" onClick={() => browse('there')}>{words.allQuestions}</button>
			)}
		</>
	);
}

export function Card({ reply, talk }: { reply: Reply; talk: Talk }) {
	const { words } = usePage();
	const answers = reply.answers || [];
	const choosing = reply.outcome === 'choose' && (reply.choices || []).length > 0;
	const plain = answers.length === 0 && !choosing && !reply.next;
	return (
		<>
			{reply.masked && <p class="notice">{words.masked}</p>}
			{answers.map((answer) => <AnswerSection key={answer.entry} answer={answer} reply={reply} talk={talk} />)}
			{choosing ? <ChoiceParts reply={reply} talk={talk} />
				: answers.length === 0 && reply.next && <NextParts next={reply.next} reply={reply} talk={talk} />}
			{plain && <PlainText reply={reply} />}
			{canTryAgain(reply) && !reply.masked && <Again turn={talk.turn} />}
			<Foot reply={reply} talk={talk} />
		</>
	);
}

