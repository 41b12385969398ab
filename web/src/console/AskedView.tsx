/*
 * What people asked and did not get: groups of like questions on the left, the open one on the
 * right with what may become of it; new popups likewise; and figures, each as a file, too.
 */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Refusal } from './api';
import { asked, askedPath, LISTS, type AskedChoices, type AskedEntries, type AskedFilter, type AskedGroup, type AskedKind, type AskedList, type AskedOutcomes, type AskedPopups, type AskedQuestions } from './asked-protocol';
import { ASKED } from './asked-words';
import { Choices, Entries, Outcomes } from './AskedFigures';
import { Chart } from './Chart';
import { Fates, type Wish } from './Fates';
import { PickList } from './PickList';
import { dayOf } from '../time';

type Read =
	| { list: 'questions'; read: AskedQuestions }
	| { list: 'popups'; read: AskedPopups }
	| { list: 'choices'; read: AskedChoices }
	| { list: 'entries'; read: AskedEntries }
	| { list: 'outcomes'; read: AskedOutcomes };

interface Props {
	hidden: boolean;
	expired(): void;
	edit: ((wish: Wish) => void) | null; // null: one may not
}

type Popup = AskedPopups['popups'][number];

const TYPING_MS = 300;

async function readList(list: AskedList, filter: AskedFilter): Promise<Read> {
	switch (list) {
	case 'questions':
		return { list, read: await asked.questions(filter) };
	case 'popups':
		return { list, read: await asked.popups(filter) };
	case 'choices':
		return { list, read: await asked.choices(filter) };
	case 'entries':
		return { list, read: await asked.entries(filter) };
	case 'outcomes':
		return { list, read: await asked.outcomes(filter) };
	}
}

function Group({ group, days, edit }: { group: AskedGroup; days: string[]; edit: Props['edit'] }) {
	const lines = useMemo(() => [{ name: ASKED.countsOf, counts: group.counts }], [group]);
	const prompts = group.popup === null ? [] : [group.popup];
	const texts = group.wordings.map(({ question }) => question);
	return (
		<>
			<h2>{group.question}</h2>
			<p class="hint">{ASKED.times(group.count)}：{ASKED.of(group.unanswered, group.disliked)}。{ASKED.between(dayOf(group.first), dayOf(group.last))}。</p>
			{group.popup !== null && <p class="notice">{ASKED.popup(group.popup)}</p>}
			<Fates texts={texts.length ? texts : [group.question]} prompts={prompts} count={group.count} entries={group.entries} edit={edit} />
			{group.wording_count > 1 && (
				<section>
					<h3>{ASKED.wordings}</h3>
					<ul class="plain-lines">{group.wordings.map(({ question, count }) => <li key={question}><span class="of">{ASKED.times(count)}</span> {question}</li>)}</ul>
					{group.wording_count > group.wordings.length && <p class="hint">{ASKED.wordingsMore(group.wording_count - group.wordings.length)}</p>}
				</section>
			)}
			<section>
				<h3>{ASKED.given}</h3>
				{group.entries.length === 0 && <p class="hint">{ASKED.givenNone}</p>}
				<ul class="plain-lines">{group.entries.map((one) => <li key={one.entry}><span class="of">{ASKED.times(one.count)}</span> {ASKED.number(one.number)} {one.question ?? `${one.entry}${ASKED.gone}`}</li>)}</ul>
			</section>
			{group.reasons.length > 0 && (
				<section>
					<h3>{ASKED.reasons}</h3>
					<ul class="plain-lines">{group.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>
				</section>
			)}
			<Chart title={ASKED.countsOf} days={days} lines={lines} />
		</>
	);
}

function PopupShown({ popup, days, edit }: { popup: Popup; days: string[]; edit: Props['edit'] }) {
	const lines = useMemo(() => [{ name: ASKED.countsOf, counts: popup.counts }], [popup]);
	return (
		<>
			<h2>{ASKED.popup(popup.text)}</h2>
			<p class="hint">{ASKED.seen(popup.count)}。{ASKED.between(dayOf(popup.first), dayOf(popup.last))}。</p>
			<p>{ASKED.whole}：{popup.question}</p>
			<Fates texts={[popup.question]} prompts={[popup.text]} count={popup.count} entries={[]} edit={edit} />
			<Chart title={ASKED.countsOf} days={days} lines={lines} />
		</>
	);
}

function isBare({ list, read }: Read): boolean {
	switch (list) {
	case 'questions':
		return read.groups.length === 0;
	case 'popups':
		return read.popups.length === 0;
	case 'choices':
		return read.choices.length === 0;
	case 'entries':
		return read.entries.length === 0;
	case 'outcomes':
		return read.outcomes.length === 0;
	}
}

/* ---- The view ---- */

function Questions({ read, open, setOpen, edit }: { read: AskedQuestions; open: string | null; setOpen(key: string): void; edit: Props['edit'] }) {
	const group = read.groups.find(({ question }) => question === open);
	return (
		<div class="asked-both">
			<div class="asked-list">
				<p class="hint">{ASKED.groups(read.groups.length, read.more)}{read.cut && `；${ASKED.cut}`}</p>
				<PickList id="asked-groups" label={ASKED.lists.questions} items={read.groups} keyOf={({ question }) => question} open={open} pick={({ question }) => setOpen(question)}>
					{(one) => (
						<>
							<span class="head"><b>{ASKED.times(one.count)}</b> <span class="why">{[one.popup !== null && ASKED.newPopup, ASKED.ways(one.wording_count)].filter(Boolean).join(' · ')}</span></span>
							<span class="name">{one.question}</span>
						</>
					)}
				</PickList>
			</div>
			<article class="asked-one" tabIndex={0} aria-label={ASKED.lists.questions}>{group ? <Group key={group.question} group={group} days={read.days} edit={edit} /> : <p class="nothing">{ASKED.choose}</p>}</article>
		</div>
	);
}

function Popups({ read, open, setOpen, edit }: { read: AskedPopups; open: string | null; setOpen(key: string): void; edit: Props['edit'] }) {
	const popup = read.popups.find(({ text }) => text === open);
	return (
		<div class="asked-both">
			<div class="asked-list">
				<PickList id="asked-popups" label={ASKED.lists.popups} items={read.popups} keyOf={({ text }) => text} open={open} pick={({ text }) => setOpen(text)}>
					{(one) => (
						<>
							<span class="head"><b>{ASKED.seen(one.count)}</b> <span class="why">{dayOf(one.last)}</span></span>
							<span class="name">{one.text}</span>
						</>
					)}
				</PickList>
			</div>
			<article class="asked-one" tabIndex={0} aria-label={ASKED.lists.popups}>{popup ? <PopupShown key={popup.text} popup={popup} days={read.days} edit={edit} /> : <p class="nothing">{ASKED.choosePopup}</p>}</article>
		</div>
	);
}

export function AskedView({ hidden, expired, edit }: Props) {
	const [list, setList] = useState<AskedList>('questions');
	const [filter, setFilter] = useState<AskedFilter>({ days: 30, kind: '', q: '' });
	const [words, setWords] = useState(''); // as typed; they count when the typing pauses
	const [shown, setShown] = useState<Read | null>(null);
	const [open, setOpen] = useState<string | null>(null);
	const [said, say] = useState('');
	const turn = useRef(0);

	async function look() {
		const mine = ++turn.current;
		try {
			const read = await readList(list, filter);
			if (mine !== turn.current)
				return;
			setShown(read);
			say('');
		} catch (error) {
			const refusal = error as Refusal;
			if (mine !== turn.current)
				return;
			if (refusal.status === 401)
				expired();
			else
				say(({ 429: ASKED.slow, 503: ASKED.journalAway } as Record<number, string>)[refusal.status] ?? ASKED.notRead);
		}
	}

	useEffect(() => {
		if (!hidden)
			void look();
	}, [hidden, list, filter]);

	useEffect(() => {
		if (words.trim() === filter.q)
			return undefined;
		const timer = setTimeout(() => setFilter({ ...filter, q: words.trim() }), TYPING_MS);
		return () => clearTimeout(timer);
	}, [words, filter]);

	const now = shown?.list === list ? shown : null;
	return (
		<main class="asked" hidden={hidden}>
			<h2 class="search-label">{ASKED.title}</h2>
			<div class="asked-head">
				<Ways list={list} setList={(one) => { setList(one); setOpen(null); }} filter={filter} setFilter={setFilter} words={words} setWords={setWords} />
				<span class="said" role="status">{said}</span>
				{said && <button type="button" class="button small" onClick={() => void look()}>{ASKED.again}</button>}
			</div>
			{now ? <Shown now={now} searched={!!filter.q} open={open} setOpen={setOpen} edit={edit} /> : !said && <p class="hint">{ASKED.reading}</p>}
		</main>
	);
}

interface WaysProps {
	list: AskedList;
	setList(list: AskedList): void;
	filter: AskedFilter;
	setFilter(filter: AskedFilter): void;
	words: string;
	setWords(words: string): void;
}

/* What is looked at, of which time, and as a file. */
function Ways({ list, setList, filter, setFilter, words, setWords }: WaysProps) {
	return (
		<>
			<div class="options" role="group" aria-label={ASKED.listsName}>
				{LISTS.map((one) => <button key={one} type="button" class="button" aria-pressed={one === list} onClick={() => setList(one)}>{ASKED.lists[one]}</button>)}
			</div>
			<label for="asked-days">{ASKED.period}</label>
			<select id="asked-days" class="field short" value={filter.days} onChange={(event) => setFilter({ ...filter, days: Number(event.currentTarget.value) })}>
				{ASKED.periods.map(([days, name]) => <option key={days} value={days}>{name}</option>)}
			</select>
			{list === 'questions' && (
				<>
					<label for="asked-kind">{ASKED.kind}</label>
					<select id="asked-kind" class="field short" value={filter.kind} onChange={(event) => setFilter({ ...filter, kind: event.currentTarget.value as AskedKind })}>
						{Object.entries(ASKED.kinds).map(([kind, name]) => <option key={kind} value={kind}>{name}</option>)}
					</select>
					<label for="asked-q">{ASKED.search}</label>
					<input id="asked-q" class="field short" type="search" autocomplete="off" maxLength={100} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
				</>
			)}
			<a class="button" href={`api/v1/${askedPath(list, filter, 'csv')}`} download={`asked-${list}.csv`}>{ASKED.download}</a>
		</>
	);
}

function Shown({ now, searched, open, setOpen, edit }: { now: Read; searched: boolean; open: string | null; setOpen(key: string): void; edit: Props['edit'] }) {
	if (!now.read.journal && now.list !== 'entries')
		return <p class="nothing">{ASKED.noJournal}</p>;
	if (isBare(now))
		return <p class="nothing">{now.list === 'questions' && searched ? ASKED.noSuch : ASKED.none[now.list]}</p>;
	if (now.list === 'questions')
		return <Questions read={now.read} open={open} setOpen={setOpen} edit={edit} />;
	if (now.list === 'popups')
		return <Popups read={now.read} open={open} setOpen={setOpen} edit={edit} />;
	return (
		<div class="scroll" tabIndex={0} role="group" aria-label={ASKED.lists[now.list]}>
			{now.list === 'choices' && <Choices read={now.read} />}
			{now.list === 'entries' && <Entries read={now.read} />}
			{now.list === 'outcomes' && <Outcomes read={now.read} />}
		</div>
	);
}
