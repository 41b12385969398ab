/* An answer: verdict, question back, answers given, and then the office's words. */

import type { ComponentChildren } from 'preact';
import { COMMANDS, type Answer, type Question, type Reply, type Said, type Source } from '../protocol';
import { count, isOffer, originalWords, read, textsOf, type Reading } from '../reading';
import type { Turn } from '../conversation';
import type { Words } from '../words';
import { PrintedCases, Verdicts } from './Cases';
import { OFFICE_LANGUAGE, usePage } from './page';
import { Choices, Fold, Linked, OfficeWords, UseComputer } from './parts';

export interface Talk {
	turn: Turn;
	/* Whether the conversation still stands where this turn left it. */
	live: boolean;
	say(label: string): void;
}

/* ---- The question back ---- */

export function QuestionBack({ next, reply, talk: { turn, live, say } }: { next: Question; reply: Reply; talk: Talk }) {
	const { words, paused } = usePage();
	return (
		<section class="ask">
			{reply.reason === 'no_such_option' && <p class="notice">{words.noSuchOption}</p>}
			<h4>
				{next.number ? <span class="label">{words.question(next.number)}</span> : null}
				<span lang={OFFICE_LANGUAGE}><Linked text={next.question} /></span>
			</h4>
			{live && next.why && <p class="why">{words.why}<span lang={OFFICE_LANGUAGE}>{next.why}</span></p>}
			{live && <Choices labels={(next.options || []).map((option) => option.label)} taken={turn.taken} say={say} />}
			{live && (
				<div class="move">
					{next.number && next.number > 1
						? <button type="button" class="button plain" disabled={paused} onClick={() => say(COMMANDS.back)}>{words.back}</button>
						: null}
					<button type="button" class="button plain" disabled={paused} onClick={() => say(COMMANDS.skip)}>{words.skip}</button>
				</div>
			)}
		</section>
	);
}

export function Offer({ next, talk: { say } }: { next: Question; talk: Talk }) {
	const { paused } = usePage();
	return (
		<section class="offer" lang={OFFICE_LANGUAGE}>
			<p class="offer-title">{next.question}</p>
			{(next.options || []).map((option) => (
				<button key={option.value} type="button" class="button primary" disabled={paused}
					onClick={() => say(option.label)}>{option.label}</button>
			))}
			{next.why && <p class="why">{next.why}</p>}
		</section>
	);
}

interface SaidProps {
	said: Said[];
	asked: string | undefined; // the fact that is asked for again: going back leaves it unanswered
	talk: Talk;
}

function SaidList({ said, asked, talk: { live, say } }: SaidProps) {
	const { words, paused } = usePage();
	const numbered = said.map((one, index) => ({ ...one, number: index + 1 })).filter((one) => one.fact !== asked);
	return numbered.length === 0 ? null : (
		<section class="said">
			<h5>{words.yourAnswers}</h5>
			<ol>
				{numbered.map((one) => (
					<li key={one.fact}>
						<p lang={OFFICE_LANGUAGE}>
							<span class="label">{`${one.number}. ${one.question}`}</span>
							{one.answer || words.skipped}
						</p>
						{live && (
							<button type="button" class="button plain" disabled={paused} aria-label={words.changeOne(one.number)}
								onClick={() => say(COMMANDS.change(one.number))}>{words.change}</button>
						)}
					</li>
				))}
			</ol>
		</section>
	);
}

/* ---- The office's words ---- */

function SourceLine({ source }: { source: Source | undefined }) {
	const { words } = usePage();
	const parts = [
		source && source.document && words.source(source.document, source.item),
		source && source.reviewed && words.reviewed(source.reviewed),
		words.authority,
	];
	return <p class="source">{parts.filter(Boolean).join('　')}</p>;
}

function OfficeParts({ reading, offer = null }: { reading: Reading; offer?: ComponentChildren }) {
	const { words } = usePage();
	const { answer, printed } = reading;
	const before = originalWords(reading, words);
	return (
		<>
			{before && (answer.answer || printed) && <p class="label">{before}</p>}
			{answer.answer && <OfficeWords text={answer.answer} />}
			{printed && <PrintedCases reading={reading} offer={offer} />}
			{!printed && !answer.answer && <p class="words">{words.noAnswer}</p>}
			<SourceLine source={answer.source} />
			{!printed && offer}
		</>
	);
}

function foldTitle({ cases, printed }: Reading, words: Words): string {
	if (!printed)
		return words.showOriginal;
	const counts = (['applies', 'excluded', 'unknown'] as const)
		.filter((verdict) => count(cases, verdict) > 0)
		.map((verdict) => words.counted(count(cases, verdict), words.verdicts[verdict]));
	return words.allCases(counts);
}

/* Ids alone say nothing to a person; what a verdict led to is not offered again. */
function questionsOf({ related = [], cases = [] }: Answer): string[] {
	return related.map((one) => (typeof one === 'string' ? '' : one.question))
		.filter((question) => !!question && !cases.some(({ instead }) => !!instead && instead.question === question));
}

function RelatedQuestions({ answer, titleId }: { answer: Answer; titleId: string }) {
	const { words, conversation } = usePage();
	const questions = questionsOf(answer);
	return questions.length === 0 ? null : (
		<section class="related">
			<h4 class="label" id={titleId}>{words.related}</h4>
			<Choices labels={questions} labelledBy={titleId} say={(question) => conversation.ask(question)} />
		</section>
	);
}

/* In a self-check each step would repeat the office's words. */
function FoldedParts({ reading }: { reading: Reading }) {
	const { words } = usePage();
	return <Fold show={foldTitle(reading, words)} hide={words.close}><OfficeParts reading={reading} /></Fold>;
}

interface AnswerProps {
	answer: Answer;
	reply: Reply;
	talk: Talk;
}

function AnswerParts({ answer, reply, talk }: AnswerProps) {
	const reading = read(answer);
	const question = reply.next && !isOffer(reply.next) ? reply.next : null;
	const offer = talk.live && reply.next && !question ? <Offer next={reply.next} talk={talk} /> : null;
	return (
		<>
			<Verdicts reading={reading} asking={!!question} />
			{question && <QuestionBack next={question} reply={reply} talk={talk} />}
			{reading.judged && offer}
			<SaidList said={answer.said || []} asked={question ? question.fact : undefined} talk={talk} />
			<OfficeParts reading={reading} offer={reading.judged ? null : offer} />
			<RelatedQuestions answer={answer} titleId={`related-${talk.turn.id}-${answer.entry}`} />
		</>
	);
}

function CheckParts({ answer, reply, talk }: AnswerProps) {
	const reading = read(answer);
	const question = reply.next;
	return (
		<>
			<Verdicts reading={reading} asking={!!question} />
			{question && <QuestionBack next={question} reply={reply} talk={talk} />}
			{talk.live && <SaidList said={answer.said || []} asked={question ? question.fact : undefined} talk={talk} />}
			{talk.live && <FoldedParts reading={reading} />}
		</>
	);
}

export function AnswerSection({ answer, reply, talk }: AnswerProps) {
	const { words } = usePage();
	const checking = reply.outcome === 'ask';
	return (
		<section class="answer">
			<h3 class="question">
				<span class="label">{(checking ? words.checking : '') + words.entry(answer.number)}</span>
				<span lang={OFFICE_LANGUAGE}>{answer.question}</span>
			</h3>
			<UseComputer texts={textsOf(answer)} />
			{checking ? <CheckParts answer={answer} reply={reply} talk={talk} /> : <AnswerParts answer={answer} reply={reply} talk={talk} />}
		</section>
	);
}
