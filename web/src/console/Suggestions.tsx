/*
 * Alternates that the server found in what people asked: each with how often it was asked and what
 * it would mend, by entry. What is chosen goes into the draft of its entry; what one editor does not
 * want is hidden for all. Below, questions of which nobody knows whose they are. In the form of an
 * entry (EntryHelp) the same are lines of its field.
 */

import { useEffect, useRef, useState } from 'preact/hooks';
import { Refusal } from './api';
import type { Proposal, Suggested, SuggestedResult } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { patient } from './latest';
import { SUGGEST } from './suggestion-words';
import { minuteOf } from '../time';
import type { Editor } from './use-editor';
import { useFocus } from './use-focus';

const LOOK_MS = 1000;
const DAYS = 90;

/* ---- The run ---- */

function useSuggested({ api, fail }: Editor, wanted = true) {
	const [run, setRun] = useState<Suggested | null>(null);
	const [away, setAway] = useState(false); // no journal is kept
	const there = useRef(true);

	useEffect(() => () => { there.current = false; }, []);

	/* Until the run has ended; of a wish for another one, its answer first. */
	async function follow(first: () => Promise<Suggested>) {
		try {
			for (let now = await patient(first); there.current; now = await patient(() => api.suggested(), () => there.current)) {
				setRun(now);
				if (now.state !== 'running')
					return;
				await new Promise((resolve) => { setTimeout(resolve, LOOK_MS); });
			}
		} catch (error) {
			if (!there.current)
				return;
			if (error instanceof Refusal && error.status === 404)
				setAway(true);
			else
				fail(error);
		}
	}

	useEffect(() => {
		if (wanted)
			void follow(() => api.suggested());
	}, [wanted]);

	/* What came of a change of what is dismissed. */
	async function change(ask: () => Promise<Suggested>): Promise<boolean> {
		try {
			const answer = await ask();
			setRun(answer);
			if (answer.state === 'running')
				void follow(() => Promise.resolve(answer));
			return true;
		} catch (error) {
			fail(error);
			return false;
		}
	}

	return {
		run, away,
		begin: (days: number, model?: { entry?: string }) => void follow(() => api.suggest(days, model)),
		again: () => follow(() => api.suggested()),
		dismiss: (one: Proposal) => change(() => api.dismissSuggested(one.entry, [one.alternate])),
		restore: () => change(() => api.restoreSuggested()),
	};
}

/* ---- By entry ---- */

interface OfEntry {
	entry: string;
	number: number | null;
	question: string;
	proposals: Proposal[];
}

/* In the order in which the first of each was found. */
function byEntry(proposals: Proposal[]): OfEntry[] {
	const found = new Map<string, OfEntry>();
	for (const one of proposals) {
		const of = found.get(one.entry) ?? { entry: one.entry, number: one.number, question: one.question, proposals: [] };
		of.proposals.push(one);
		found.set(one.entry, of);
	}
	return [...found.values()];
}

interface EntryProps {
	of: OfEntry;
	editor: Editor;
	dismiss(one: Proposal): void;
	taken(): Promise<void>;
}

function Alternate({ one }: { one: Proposal }) {
	return <span>{one.alternate} <span class="of">{one.from === 'model' ? SUGGEST.model : SUGGEST.asked(one.asked)}，{SUGGEST.helped(one.helped)}</span></span>;
}

function EntrySuggestions({ of, editor, dismiss, taken }: EntryProps) {
	const [left, setLeft] = useState<string[]>([]); // those that are not to be taken now
	const [busy, setBusy] = useState(false);
	const chosen = of.proposals.filter((one) => !one.taken && !left.includes(one.alternate));

	async function take() {
		if (busy || chosen.length === 0)
			return;
		setBusy(true);
		try {
			await editor.api.takeSuggested(of.entry, chosen.map(({ alternate }) => alternate), SUGGEST.takeWhy(chosen.length));
			await Promise.all([taken(), editor.look()]);
			editor.say(SUGGEST.tookIn(chosen.length, SUGGEST.entry(of.number, of.question)));
		} catch (error) {
			editor.fail(error);
		} finally {
			setBusy(false);
		}
	}

	return (
		<fieldset class="suggestions">
			<legend>{SUGGEST.entry(of.number, of.question)}</legend>
			<ul class="plain-lines">
				{of.proposals.map((one) => (
					<li key={one.alternate} class="suggestion">
						{editor.mayEdit && !one.taken ? (
							<label>
								<input type="checkbox" checked={!left.includes(one.alternate)} onChange={(event) => setLeft(event.currentTarget.checked ? left.filter((other) => other !== one.alternate) : [...left, one.alternate])} />{' '}
								<Alternate one={one} />
							</label>
						) : <Alternate one={one} />}
						{one.taken ? <span class="tag">{SUGGEST.taken}</span>
							: editor.mayEdit && <button type="button" class="button small dismiss" aria-label={SUGGEST.dismissOf(one.alternate)} onClick={() => dismiss(one)}>{SUGGEST.dismiss}</button>}
					</li>
				))}
			</ul>
			<p class="options">
				{editor.mayEdit && <button type="button" class="button primary" aria-disabled={busy || chosen.length === 0} onClick={() => void take()}>{chosen.length ? SUGGEST.take(chosen.length) : SUGGEST.takeNone}</button>}
				<button type="button" class="button" aria-label={SUGGEST.openOf(of.question)} onClick={() => editor.openEntry(of.entry)}>{SUGGEST.open}</button>
			</p>
		</fieldset>
	);
}

/* ---- Questions of nobody knows whom ---- */

function Groups({ groups, editor }: { groups: SuggestedResult['groups']; editor: Editor }) {
	if (groups.length === 0)
		return null;
	return (
		<section>
			<h3>{SUGGEST.groups}</h3>
			<p class="hint">{SUGGEST.groupsHint}</p>
			<ul class="plain-lines">
				{groups.map(({ question, wordings, asked, guess }) => {
					const likely = editor.entries.find(({ entry, live }) => live && entry === guess);
					const wish = { texts: [question], prompts: [], count: asked };
					return (
						<li key={question}>
							{question} <span class="of">{[SUGGEST.asked(asked), SUGGEST.wordings(wordings)].filter(Boolean).join('，')}</span>{' '}
							{editor.mayEdit && likely && (
								<button type="button" class="button small" title={likely.question} aria-label={SUGGEST.of(SUGGEST.belongs(likely.number, likely.question), question)}
									onClick={() => editor.make({ kind: 'belongs', entry: likely.entry, ...wish })}>{SUGGEST.belongs(likely.number, likely.question)}</button>
							)}{' '}
							{editor.mayEdit && <button type="button" class="button small" aria-label={SUGGEST.of(SUGGEST.isNew, question)} onClick={() => editor.make({ kind: 'new', ...wish })}>{SUGGEST.isNew}</button>}
						</li>
					);
				})}
			</ul>
		</section>
	);
}

interface FoundProps {
	result: SuggestedResult;
	editor: Editor;
	taken(): Promise<void>;
	dismiss(one: Proposal): Promise<boolean>;
	restore(): Promise<boolean>;
}

function Found({ result, editor, taken, dismiss, restore }: FoundProps) {
	const shown = result.proposals.filter((one) => !one.dismissed);
	const hidden = result.dismissed;

	const body = useRef<HTMLDivElement>(null);
	const focusOn = useFocus();

	/* The focus goes to what stands next, or to the button that brings all back. */
	async function put(change: () => Promise<boolean>, from: number) {
		if (await change())
			focusOn(() => {
				const left = body.current?.querySelectorAll<HTMLElement>('.dismiss') ?? [];
				return left[Math.min(from, left.length - 1)] ?? body.current?.querySelector<HTMLElement>('.show-again');
			});
	}

	function drop(one: Proposal) {
		const buttons: Element[] = body.current ? Array.from(body.current.querySelectorAll('.dismiss')) : [];
		void put(() => dismiss(one), buttons.findIndex((button) => button === document.activeElement));
	}

	return (
		<div ref={body}>
			{!result.current && <p class="notice">{SUGGEST.notCurrent}</p>}
			<p>{SUGGEST.summary(result)}{result.cut && SUGGEST.cut}</p>
			{result.model_problem && <p class="notice">{SUGGEST.modelProblem(result.model_problem)}</p>}
			{shown.length === 0 && hidden === 0 && <p class="hint">{SUGGEST.none}</p>}
			{byEntry(shown).map((of) => <EntrySuggestions key={of.entry} of={of} editor={editor} taken={taken} dismiss={drop} />)}
			{hidden > 0 && (
				<p class="hint">
					{SUGGEST.dismissed(hidden)}{' '}
					{editor.mayEdit && <button type="button" class="button small show-again" onClick={() => window.confirm(SUGGEST.showAgainSure(hidden)) && void put(restore, 0)}>{SUGGEST.showAgain}</button>}
				</p>
			)}
			<Groups groups={result.groups} editor={editor} />
		</div>
	);
}

function Again({ run, begin }: { run: Suggested; begin(days: number, model?: object): void }) {
	const [days, setDays] = useState(DAYS);
	const [model, setModel] = useState(false);
	const running = run.state === 'running';
	return (
		<p class="options">
			<label for="suggest-days">{SUGGEST.days}</label>
			<select id="suggest-days" class="field short" value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
				{SUGGEST.periods.map(([count, name]) => <option key={count} value={count}>{name}</option>)}
			</select>
			<button type="button" class="button" aria-disabled={running} onClick={() => { if (!running) begin(days, model ? {} : undefined); }}>{run.state === 'none' ? SUGGEST.look : SUGGEST.lookAgain}</button>
			{run.model && <label class="option"><input type="checkbox" checked={model} onChange={(event) => setModel(event.currentTarget.checked)} /> {SUGGEST.withModel}</label>}
		</p>
	);
}

function Standing({ run }: { run: Suggested }) {
	switch (run.state) {
	case 'none':
		return <p class="hint">{SUGGEST.never}</p>;
	case 'failed':
		return <p class="said">{SUGGEST.failed}</p>;
	case 'running':
		return <p>{SUGGEST.looking}</p>;
	case 'done':
		return <p class="hint">{run.by && run.at && SUGGEST.begun(run.by, minuteOf(run.at))}</p>;
	}
}

export function Suggestions({ editor }: { editor: Editor }) {
	const { run, away, begin, again, dismiss, restore } = useSuggested(editor);
	return (
		<section aria-labelledby="suggest-title">
			<h2 id="suggest-title">{SUGGEST.title}</h2>
			<p class="hint">{SUGGEST.hint}</p>
			{away ? <p class="notice">{SUGGEST.noJournal}</p> : !run ? <p class="hint">{AUTHORING.reading}</p> : editor.mayEdit && <Again run={run} begin={begin} />}
			<div role="status">{run && <Standing run={run} />}</div>
			{run?.state === 'running' && <p class="hint">{SUGGEST.running(run.done, run.total)}{' '}<progress aria-label={SUGGEST.progress} max={run.total || 1} value={run.total ? run.done : undefined} /></p>}
			{run?.state === 'done' && run.result && <Found result={run.result} editor={editor} taken={again} dismiss={dismiss} restore={restore} />}
		</section>
	);
}

/* ---- In the form of an entry ---- */

interface HelpProps {
	editor: Editor;
	entry: string;
	also: string[]; // as they are in the form
	add(text: string): void;
}

interface HelpListProps {
	own: Proposal[];
	add(text: string): void;
	dismiss(one: Proposal): Promise<boolean>;
}

function HelpList({ own, add, dismiss }: HelpListProps) {
	if (own.length === 0)
		return <p class="hint">{SUGGEST.noneHere}</p>;
	return (
		<ul class="plain-lines">
			{own.map((one) => (
				<li key={one.alternate} class="suggestion">
					<Alternate one={one} />
					<span>
						<button type="button" class="button small" aria-label={SUGGEST.addOf(one.alternate)} onClick={() => add(one.alternate)}>{SUGGEST.add}</button>{' '}
						<button type="button" class="button small" aria-label={SUGGEST.dismissOf(one.alternate)} onClick={() => void dismiss(one)}>{SUGGEST.dismiss}</button>
					</span>
				</li>
			))}
		</ul>
	);
}

function HelpOptions({ run, entry, begin }: { run: Suggested; entry: string; begin(days: number, model?: { entry: string }): void }) {
	const running = run.state === 'running';
	const start = (model?: { entry: string }) => { if (!running) begin(DAYS, model); };
	return (
		<>
			<p class="options">
				<button type="button" class="button small" aria-disabled={running} onClick={() => start()}>{SUGGEST.fromAsked}</button>
				{run.model && <button type="button" class="button small" aria-disabled={running} onClick={() => start({ entry })}>{SUGGEST.fromModel}</button>}
			</p>
			<div role="status"><Standing run={run} /></div>
			{running && <p class="hint">{SUGGEST.running(run.done, run.total)}</p>}
		</>
	);
}

/* Nothing is asked before it is unfolded. */
export function EntryHelp({ editor, entry, also, add }: HelpProps) {
	const [opened, open] = useState(false);
	const { run, away, begin, dismiss } = useSuggested(editor, opened);
	const found = run?.state === 'done' && run.result ? run.result : null;
	const own = found?.proposals.filter((one) => one.entry === entry && !one.dismissed && !also.includes(one.alternate)) ?? [];
	return (
		<details class="entry-help" onToggle={(event) => open(event.currentTarget.open)}>
			<summary>{SUGGEST.help}</summary>
			{away && <p class="notice">{SUGGEST.noJournal}</p>}
			{run && !away && <HelpOptions run={run} entry={entry} begin={begin} />}
			{found?.model_problem && <p class="notice">{SUGGEST.modelProblem(found.model_problem)}</p>}
			{found && <HelpList own={own} add={add} dismiss={dismiss} />}
		</details>
	);
}
