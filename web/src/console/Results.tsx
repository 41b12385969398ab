/* What the search box found. */

import { useEffect, useRef } from 'preact/hooks';
import { headWords, Marked } from './parts';
import type { Found, Result } from './protocol';
import { WORDS } from './words';

function whyWords(result: Result): string {
	const sure = result.confidence !== null && /^(prompt|pattern|search)$/.test(result.why) ? [WORDS.confidence(result.confidence)] : [];
	return [WORDS.why[result.why], ...sure].join(' · ');
}

function Item({ result, index, active, select }: { result: Result; index: number; active: boolean; select(index: number): void }) {
	const place = useRef<HTMLLIElement>(null);
	useEffect(() => {
		if (active)
			place.current?.scrollIntoView({ block: 'nearest' });
	}, [active]);
	const of = [result.label, WORDS.parts[result.part]].filter(Boolean).join(' ');
	return (
		<li id={`result-${index}`} ref={place} class={active ? 'result active' : 'result'} role="option" aria-selected={active} onClick={() => select(index)}>
			<span class="head"><b>{headWords(result)}</b> <span class="why">{whyWords(result)}</span></span>
			<span class="question"><Marked pieces={result.question} /></span>
			{result.text.length > 0 && <span class="text"><span class="of">{of}：</span><Marked pieces={result.text} /></span>}
		</li>
	);
}

function Hints() {
	return (
		<div class="hints">
			<dl>
				{WORDS.hints.map(([what, example]) => (
					<div key={what}><dt>{what}</dt><dd>{example}</dd></div>
				))}
			</dl>
			<p>{WORDS.hintKeys}</p>
		</div>
	);
}

interface Props {
	found: Found | null;
	active: number;
	text: string;
	select(index: number): void;
}

export function ResultList({ found, active, text, select }: Props) {
	const results = found?.results ?? [];
	return (
		<>
			{!text.trim() && <Hints />}
			{found?.kind === 'receipt' && (
				<div class="notice">
					<p><b>{WORDS.receipt(found.receipt ?? '')}</b></p>
					<p>{WORDS.receiptHint}</p>
				</div>
			)}
			{found?.kind === 'entries' && results.length === 0 && <p class="notice">{WORDS.nothing}</p>}
			<ul class="results" id="results" role="listbox" aria-label={WORDS.results} hidden={results.length === 0}>
				{results.map((result, index) => (
					<Item key={result.entry} result={result} index={index} active={index === active} select={select} />
				))}
			</ul>
		</>
	);
}

/* What the applicant would have been told; nothing where a number or letters were typed that nobody would ask with. */
export function RobotLine({ found, why }: { found: Found | null; why: Result['why'] }) {
	const robot = found?.robot;
	if (!robot || !robot.best || /^(number|pinyin|initials)$/.test(why))
		return null;
	const { outcome, best, runner_up: second } = robot;
	const does = outcome === 'answer' ? WORDS.robotAnswers(headWords(best), best.confidence ?? 0)
		: outcome === 'choose' ? WORDS.robotChooses : WORDS.robotDeclines;
	const next = outcome === 'answer' && second && second.confidence !== null && second.confidence >= 0.01 ? WORDS.runnerUp(headWords(second), second.confidence) : '';
	return <p class="robot">{WORDS.robot}：{[does, next].filter(Boolean).join('；')}</p>;
}
