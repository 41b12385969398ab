/*
 * One person while they are on the telephone: how to find them and why on the left, with what is
 * still to be asked; the verdicts and the facts on the right. Digits answer the first question.
 */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Api, Refusal } from './api';
import type { By, Person, People, Judged, JudgedCase, Facts, Cell, Step } from './person-protocol';
import { PERSON } from './person-words';
import { Reveal, type Masked } from './Reveal';
import { timeOf } from '../time';
import { WORDS } from './words';

interface Props {
	api: Api;
	csrf: string;
	hidden: boolean;
	expired(): void;
}

type Ways = keyof typeof PERSON.ways;
const WAYS = Object.keys(PERSON.ways) as Ways[];

function isField(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && /^(input|textarea|select)$/.test(target.localName);
}

function Steps({ steps }: { steps: Step[] }) {
	return (
		<ol class="steps">
			{steps.map((step) => (
				<li key={step.what}>
					{step.what}
					<span class="hint">{[step.who && PERSON.who(step.who), step.where, step.from && PERSON.from(step.from), step.until && PERSON.until(step.until)]
						.filter(Boolean).map((words) => ` ${words ?? ''}`).join('，')}</span>
				</li>
			))}
		</ol>
	);
}

function CaseLine({ one }: { one: JudgedCase }) {
	return (
		<div class={`judged ${one.verdict}`}>
			<p><b class="verdict">{PERSON.verdict[one.verdict]}</b> {one.label}{one.situation && `：${one.situation}`}</p>
			{one.because && <p class="because">{one.because}</p>}
			{one.steps.length > 0 && <Steps steps={one.steps} />}
			{one.instead && <p class="hint">{PERSON.instead(one.instead.number, one.instead.question)}</p>}
			{one.changes_on && one.changes_to && <p class="hint">{PERSON.changes(one.changes_on, PERSON.verdict[one.changes_to])}</p>}
		</div>
	);
}

function EntryLine({ entry, only }: { entry: Judged; only: JudgedCase[] }) {
	return (
		<li>
			<h4>{PERSON.number(entry.number)} {entry.question}</h4>
			{only.map((one) => <CaseLine key={one.case} one={one} />)}
			{entry.failed && <p class="said">{PERSON.failed}</p>}
		</li>
	);
}

const isOpen = (entry: Judged) => !entry.lead && entry.cases.some(({ verdict }) => verdict === 'unknown');

/* What applies first, with that case alone; then what is open; what is excluded is folded. */
function Verdicts({ person }: { person: Person }) {
	const applies = person.entries.filter(({ lead }) => lead);
	const open = person.entries.filter(isOpen);
	const excluded = person.entries.filter((entry) => !entry.lead && !isOpen(entry));
	return (
		<section aria-labelledby="verdicts">
			<h2 id="verdicts">{PERSON.verdicts}</h2>
			<h3>{PERSON.applies(applies.length)}</h3>
			<ul class="lines">{applies.map((entry) => <EntryLine key={entry.entry} entry={entry} only={entry.cases.filter(({ verdict }) => verdict === 'applies')} />)}</ul>
			<details open>
				<summary>{PERSON.open(open.length)}</summary>
				<ul class="lines">{open.map((entry) => <EntryLine key={entry.entry} entry={entry} only={entry.cases.filter(({ verdict }) => verdict === 'unknown')} />)}</ul>
			</details>
			<details>
				<summary>{PERSON.excluded(excluded.length)}</summary>
				<ul class="lines">{excluded.map((entry) => <EntryLine key={entry.entry} entry={entry} only={entry.cases} />)}</ul>
			</details>
			{person.more && <p class="hint">{PERSON.more}</p>}
		</section>
	);
}

function Value({ cell, field, shown, ask }: { cell: Cell; field: string; shown: Record<string, string>; ask(masked: Masked): void }) {
	const revealed = shown[field];
	if (cell.value === null)
		return <span class="hint">{PERSON.none}</span>;
	if (cell.flag)
		return <>{cell.value === '1' ? PERSON.yes : PERSON.no}</>;
	if (revealed !== undefined || !cell.masked)
		return <>{revealed ?? cell.value}</>;
	return (
		<>
			{cell.value} <button type="button" class="button small" aria-label={PERSON.reveal(cell.label)} onClick={() => ask({ field, label: cell.label })}>{PERSON.show}</button>
		</>
	);
}

function Relation({ one, shown, ask }: { one: Facts; shown: Record<string, string>; ask(masked: Masked): void }) {
	const read = one.outcome === 'read';
	return (
		<section class="relation">
			<h3>{one.label} {(!read || one.rows.length === 0) && <span class="hint">{read ? PERSON.noRows : PERSON.outcomes[one.outcome] || PERSON.none}</span>}</h3>
			{one.rows.map((row, index) => (
				<dl key={index}>
					{row.map((cell) => (
						<div key={cell.column}>
							<dt>{cell.label}</dt>
							<dd><Value cell={cell} field={`${one.relation}/${index}/${cell.column}`} shown={shown} ask={ask} /></dd>
						</div>
					))}
				</dl>
			))}
		</section>
	);
}

/* Before a person is open: several who were found, or nobody yet. */
function Choice({ people, busy, choose }: { people: People | null; busy: boolean; choose(index: number): void }) {
	if (!people)
		return <p class="nothing">{busy ? PERSON.reading : PERSON.noPerson}</p>;
	return (
		<>
			<h2>{PERSON.found(people.found.length, people.more)}</h2>
			<ol class="lines">
				{people.found.map((one, index) => (
					<li key={index}>
						<button type="button" class="button" aria-label={PERSON.choose(index + 1)} onClick={() => choose(index)}>{PERSON.choose(index + 1)}</button>
						{' '}{one.name ?? PERSON.unknownName} {one.id_number} {one.company}
					</li>
				))}
			</ol>
		</>
	);
}

export function PersonView({ api, csrf, hidden, expired }: Props) {
	const [by, setBy] = useState<Ways>('id_number');
	const [value, setValue] = useState('');
	const [company, setCompany] = useState('');
	const [reason, setReason] = useState('');
	const [person, setPerson] = useState<Person | null>(null);
	const [people, setPeople] = useState<People | null>(null);
	const [shown, setShown] = useState<Record<string, string>>({}); // revealed values, by field
	const [masked, setMasked] = useState<Masked | null>(null); // to be revealed
	const [busy, setBusy] = useState(false);
	const [said, say] = useState('');
	const first = useRef<HTMLInputElement>(null);
	const place = useRef<HTMLElement>(null);
	const onKeyNow = useRef(onKey);
	onKeyNow.current = onKey;

	useLayoutEffect(() => {
		if (!hidden)
			first.current?.focus();
	}, [hidden]);

	useLayoutEffect(() => {
		const listener = (event: KeyboardEvent) => onKeyNow.current(event);
		document.addEventListener('keydown', listener);
		return () => document.removeEventListener('keydown', listener);
	}, []);

	function fail(refusal: Refusal) {
		if (refusal.status === 401)
			expired();
		else
			say(refusal.words || WORDS.refusals[refusal.reason] || PERSON.notRead);
	}

	/* One request at a time; whoever was on the screen goes before another one comes. */
	async function read(how: By, what: string) {
		if (busy)
			return;
		setBusy(true);
		setPerson(null);
		setShown({});
		say(PERSON.reading);
		try {
			const answer = await api.person({ by: how, value: what, reason, ...(how === 'name_company' ? { company } : {}) }, csrf);
			say('');
			if ('found' in answer) {
				setPeople(answer);
				say(PERSON.found(answer.found.length, answer.more));
			} else {
				setPeople(null);
				setPerson(answer);
				setValue(''); // what was typed is masked from now on
				setCompany('');
			}
			place.current?.focus();
		} catch (error) {
			fail(error as Refusal);
		}
		setBusy(false);
	}

	async function answer(fact: string, option: string | null) {
		if (busy)
			return;
		setBusy(true);
		try {
			setPerson(await api.said({ fact, value: option }, csrf));
			say(PERSON.refreshed);
			place.current?.focus({ preventScroll: true });
		} catch (error) {
			fail(error as Refusal);
		}
		setBusy(false);
	}

	async function reveal({ field }: Masked, why: string) {
		setMasked(null);
		try {
			const one = await api.reveal({ field, reason: why }, csrf);
			setShown((before) => ({ ...before, [one.field]: one.value }));
			say('');
		} catch (error) {
			fail(error as Refusal);
		}
	}

	function onKey(event: KeyboardEvent) {
		const question = person?.ask[0];
		if (hidden || masked || !question || isField(event.target) || event.ctrlKey || event.altKey || event.metaKey || !/^\d$/.test(event.key))
			return;
		const option = question.options[Number(event.key) - 1];
		event.preventDefault();
		if (event.key === '0')
			void answer(question.fact, '');
		else if (option)
			void answer(question.fact, option.value);
	}

	/* Its state stays; nothing of the record is left in a page that shows something else. */
	if (hidden)
		return null;
	const label = by === 'name_company' ? PERSON.name : PERSON.ways[by];
	return (
		<main class="person">
			<section class="find" aria-label={PERSON.title}>
				<form class="person-form" onSubmit={(event) => { event.preventDefault(); void read(by, value); }}>
					<fieldset>
						<legend>{PERSON.by}</legend>
						{WAYS.map((way) => (
							<label key={way}><input type="radio" name="by" checked={by === way} onChange={() => setBy(way)} /> {PERSON.ways[way]}</label>
						))}
					</fieldset>
					<label for="person-value">{label}</label>
					<input id="person-value" ref={first} class="field" required maxLength={60} autocomplete="off" spellcheck={false} value={value} onInput={(event) => setValue(event.currentTarget.value)} />
					{by === 'name_company' && (
						<>
							<label for="person-company">{PERSON.company}</label>
							<input id="person-company" class="field" required maxLength={60} autocomplete="off" value={company} onInput={(event) => setCompany(event.currentTarget.value)} />
						</>
					)}
					<label for="person-reason">{PERSON.reason}</label>
					<input id="person-reason" class="field" required minLength={2} maxLength={100} autocomplete="off" aria-describedby="reason-hint" value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
					<p class="hint" id="reason-hint">{PERSON.reasonHint}</p>
					<button type="submit" class="button primary">{PERSON.read}</button>
					<p class="said" role="status" id="person-said">{said}</p>
				</form>
				{person && (
					<section class="asking" aria-labelledby="asking">
						<h2 id="asking">{PERSON.ask}</h2>
						<p class="hint">{person.ask.length ? PERSON.askHint : PERSON.noAsk}</p>
						{person.ask.map((one, index) => (
							<div class="question" key={one.fact} role="group" aria-label={one.text}>
								<p><b>{one.text}</b> <span class="hint">{PERSON.decides(one.entries)}</span></p>
								{one.why && <p class="hint">{one.why}</p>}
								<p class="options">
									{one.options.map((option, at) => (
										<button key={option.value} type="button" class="button" onClick={() => void answer(one.fact, option.value)}>
											{index === 0 && at < 9 && <kbd>{at + 1}</kbd>} {option.label}
										</button>
									))}
									<button type="button" class="button" onClick={() => void answer(one.fact, '')}>{index === 0 && <kbd>0</kbd>} {PERSON.skip}</button>
								</p>
							</div>
						))}
						{person.said.length > 0 && <h2>{PERSON.said}</h2>}
						<ul>
							{person.said.map((one) => (
								<li key={one.fact} class="told">
									{one.text} <b>{one.value ? one.label : PERSON.skipped}</b>{' '}
									<button type="button" class="button small" aria-label={PERSON.takeBack(one.text ?? '')} onClick={() => void answer(one.fact, null)}>{PERSON.back}</button>
								</li>
							))}
						</ul>
					</section>
				)}
			</section>
			<article class="entry" ref={place} tabIndex={0} aria-label={PERSON.title} aria-busy={busy}>
				{!person && <Choice people={people} busy={busy} choose={(index) => void read('found', String(index + 1))} />}
				{person && (
					<>
						<p class="whose">
							{PERSON.idNumber}：<Value cell={{ column: 'id_number', label: PERSON.idNumber, value: person.id_number, masked: true }} field="id_number" shown={shown} ask={setMasked} />
							<span class="hint"> {PERSON.readAt(timeOf(person.read_at))}</span>
						</p>
						{!person.known && <p class="notice">{PERSON.nobody}</p>}
						<Verdicts person={person} />
						<section aria-labelledby="facts">
							<h2 id="facts">{PERSON.facts}</h2>
							{person.facts.map((one) => <Relation key={one.relation} one={one} shown={shown} ask={setMasked} />)}
						</section>
					</>
				)}
			</article>
			{masked && <Reveal masked={masked} reason={reason} reveal={(why) => void reveal(masked, why)} close={() => setMasked(null)} />}
		</main>
	);
}
