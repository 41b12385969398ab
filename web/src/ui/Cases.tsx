/* 情形: what the office prints of them, what is known of the person, and what to do. */

import type { ComponentChildren } from 'preact';
import type { Case, Step, Verdict } from '../protocol';
import { changeWords, factsOf, labelOf, pointerWords, undecidedWords, verdictOf, type Reading } from '../reading';
import { spokenTo } from '../office';
import { OFFICE_LANGUAGE, usePage } from './page';
import { Choices, ContactList, Fold, Linked, OfficeWords } from './parts';

const OPEN_MOST = 3; // longer lists are looked through by their situations first

function Tag({ verdict, children }: { verdict: Verdict; children: string }) {
	return <span class={`tag ${verdict}`}>{children}</span>;
}

/* What time alone will bring, and where somebody reads on whom the case excludes. */
function Outlook({ one }: { one: Case }) {
	const { words, conversation } = usePage();
	const change = changeWords(one, words);
	const elsewhere = one.instead ? one.instead.question : '';
	return (
		<>
			{change && <p class="words change">{change}</p>}
			{elsewhere && (
				<div class="instead">
					<p class="words">{words.instead}</p>
					<Choices labels={[elsewhere]} say={(question) => conversation.ask(question)} />
				</div>
			)}
		</>
	);
}

interface CaseProps {
	one: Case;
	judged: boolean;
	folded?: boolean;
	named?: boolean;
}

function CaseItem({ one, judged, folded = false, named = false }: CaseProps) {
	const { words } = usePage();
	const verdict = verdictOf(one);
	const advice = one.advice ? <OfficeWords title={words.advice} text={one.advice} /> : null;
	return (
		<li class={`case${judged ? ` ${verdict}` : ''}${named ? ' named' : ''}`}>
			<h4><span lang={OFFICE_LANGUAGE}>{labelOf(one)}</span>{judged && <Tag verdict={verdict}>{words.verdicts[verdict]}</Tag>}</h4>
			{one.situation && <OfficeWords text={one.situation} />}
			{judged && one.because && <OfficeWords title={words.because} text={one.because} />}
			{judged && <Outlook one={one} />}
			{advice && (folded
				? <Fold show={words.showAdvice} hide={words.hideAdvice} about={labelOf(one)}>{advice}</Fold>
				: advice)}
		</li>
	);
}

function CaseList({ cases, judged }: { cases: Case[]; judged: boolean }) {
	return (
		<ul class="cases">
			{cases.map((one) => (
				<CaseItem key={one.id} one={one} judged={judged}
					folded={verdictOf(one) === 'excluded' || (cases.length > OPEN_MOST && verdictOf(one) !== 'applies')} />
			))}
		</ul>
	);
}

/*
 * As printed; what the message itself gave away comes first, where nothing better is known. The
 * offer to find out stands before the cases among which the person would have to look.
 */
export function PrintedCases({ reading, offer }: { reading: Reading; offer: ComponentChildren }) {
	const { words } = usePage();
	const { cases, judged, named } = reading;
	if (!named)
		return <>{offer}<CaseList cases={cases} judged={judged} /></>;
	const others = cases.filter((one) => one !== named);
	return (
		<>
			<p class="pointer">{pointerWords(reading, words)}</p>
			<ul class="cases"><CaseItem one={named} judged={false} named /></ul>
			{offer}
			{others.length > 0 && <p class="label">{words.others}</p>}
			{others.length > 0 && <CaseList cases={others} judged={false} />}
		</>
	);
}

function StepItem({ step }: { step: Step }) {
	const { words } = usePage();
	return (
		<li>
			{step.derived && <p class="label">{words.derivedStep}</p>}
			<OfficeWords text={step.what} />
			<dl class="facts">
				{factsOf(step, words).map(([name, value]) => (
					<div key={name}>
						<dt>{name}</dt>
						<dd lang={OFFICE_LANGUAGE}><Linked text={value} /></dd>
					</div>
				))}
			</dl>
		</li>
	);
}

function Lead({ one }: { one: Case }) {
	const { words } = usePage();
	const steps = one.todo || [];
	const title = [labelOf(one), one.situation].filter(Boolean).join('：');
	return (
		<section class="lead">
			<h4><Tag verdict="applies">{words.fits}</Tag><span lang={OFFICE_LANGUAGE}>{title}</span></h4>
			{one.because && <OfficeWords text={one.because} />}
			<Outlook one={one} />
			{(steps.length > 0 || one.advice) && <h5>{words.nextSteps}</h5>}
			{steps.length > 0
				? (
					<ol class={steps.length > 1 ? 'steps several' : 'steps'}>
						{steps.map((step, index) => <StepItem key={index} step={step} />)}
					</ol>
				)
				: one.advice && <OfficeWords text={one.advice} />}
		</section>
	);
}

/* Whom to ask where nothing fits. */
function AskStaff() {
	const { words, contacts } = usePage();
	return contacts.length === 0 ? <p class="words">{words.askHandOver}</p> : (
		<section class="ask-staff">
			<p class="words">{words.askContacts}</p>
			<ContactList contacts={spokenTo(contacts)} />
		</section>
	);
}

/* What is known, before what the office wrote; `asking`: a question about it is still open. */
export function Verdicts({ reading, asking }: { reading: Reading; asking: boolean }) {
	const { words } = usePage();
	const { leads, claims } = reading;
	const none = reading.none && !asking;
	const undecided = undecidedWords(reading, asking, words);
	return (
		<>
			{none && <p class="words none">{words.noneFits}</p>}
			{leads.map((one) => <Lead key={one.id} one={one} />)}
			{claims.length > 0 && <CaseList cases={claims} judged />}
			{none && <AskStaff />}
			{undecided && <p class="words">{undecided}</p>}
		</>
	);
}
