/*
 * What the editor does: opens entries, keeps what is typed until it is saved or undone, has it
 * checked at each pause of typing, saves it, and settles what two have changed.
 */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Refusal } from './api';
import { authoringOf, type Checked, type Conflict, type EntryKind, type Form, type Listed, type Listing, type Saved, type Trial } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { editOf, keepEdits, listed, newEdit, readEdits, renumbered, withTexts, type Edit, type Edits } from './edits';
import { isSentBack } from './EntryList';
import type { Wish } from './Fates';
import { setMember, type Raw } from './entry-form';
import { latest, patient } from './latest';
import { trialOf } from './Preview';
import type { Me } from './protocol';
import { byId, useFocus } from './use-focus';

export interface EditorProps {
	me: Me;
	hidden: boolean;
	wish: Wish | null; // what is to be made of a question
	granted(): void; // it was
	expired(): void;
}

const CHECK_MS = 400;

function same(one: Raw, other: Raw): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}

function savedWords(answer: Saved, submitted: boolean): string {
	return submitted ? AUTHORING.submitted : answer.merged ? AUTHORING.merged : answer.valid ? AUTHORING.saved : AUTHORING.savedFaulty;
}

/* What is there beside the entries. */
export const DESKS = ['suggestions', 'stale', 'files'] as const;
export type Desk = (typeof DESKS)[number];

export type Asking = 'discard' | 'remove' | null;

export function useEditor({ me, hidden, wish, granted, expired }: EditorProps) {
	const api = useMemo(() => authoringOf(me.csrf), [me.csrf]);
	const [listing, setListing] = useState<Listing | null>(null);
	const [edits, setEdits] = useState<Edits>(() => readEdits(me.name));
	const [form, setForm] = useState<Form | null>(null); // of the open entry, as the server has it
	const [open, setOpen] = useState<string | null>(null);
	const [opening, setOpening] = useState(0); // each time an entry is opened its fields begin anew; saving it leaves them alone
	const [pending, setPending] = useState<Wish | null>(null); // until the list is there
	const [checked, setChecked] = useState<Checked | null>(null);
	const [checking, setChecking] = useState(false);
	const [conflicts, setConflicts] = useState<{ list: Conflict[]; members: Raw } | null>(null);
	const [history, showHistory] = useState(false);
	const [desk, setDesk] = useState<Desk | null>(null); // instead of an entry
	const [asking, ask] = useState<Asking>(null);
	const [choosing, setChoosing] = useState<Extract<Wish, { kind: 'choose' }> | null>(null);
	const [sentBack, setSentBack] = useState(''); // why
	const [said, say] = useState('');
	const [busy, setBusy] = useState(false);
	const [whyMissing, missWhy] = useState(false);
	const focusOn = useFocus();
	const shown = useRef(0); // how often something was
	const state = useRef({ open, edits, hidden });
	state.current = { open, edits, hidden };
	const saveNow = useRef(save);
	saveNow.current = save;

	const edit = open === null ? null : edits[open] ?? (form?.entry === open ? editOf(form) : null);
	const dirty = open !== null && open in edits;

	function fail(error: unknown) {
		const refusal = error instanceof Refusal ? error : new Refusal(0, 'no_answer', '', 0);
		if (refusal.status === 401)
			expired();
		else
			say(AUTHORING.refusals[refusal.reason] ?? AUTHORING.refused_);
	}

	async function look(): Promise<Listing | null> {
		try {
			const read = await patient(() => api.list());
			setListing(read);
			say((now) => (now === AUTHORING.notRead ? '' : now));
			return read;
		} catch (error) {
			const refusal = error as Refusal;
			if (refusal.status === 401)
				expired();
			else
				say(AUTHORING.notRead);
			return null;
		}
	}

	useEffect(() => {
		if (hidden)
			setChoosing(null); // who goes elsewhere chooses no more
		else
			void look();
	}, [hidden]);

	useEffect(() => keepEdits(me.name, edits), [edits]);

	/* ---- Opening ---- */

	function put(changed: Edit | null, entry: string) {
		setEdits((now) => {
			const { [entry]: _before, ...others } = now;
			return changed ? { ...others, [entry]: changed } : others;
		});
	}

	function reset(entry: string | null) {
		shown.current++;
		setOpen(entry);
		setOpening((now) => now + 1);
		setDesk(null);
		setChoosing(null);
		setConflicts(null);
		setChecked(null);
		showHistory(false);
		missWhy(false);
		setSentBack('');
		say('');
	}

	async function show(entry: string, then?: (edit: Edit) => Edit) {
		const kept = state.current.edits[entry];
		reset(entry);
		const turn = shown.current;
		if (kept?.added) {
			setForm(null);
			if (then)
				put(then(kept), entry);
			return;
		}
		try {
			const read = await patient(() => api.form(entry));
			if (turn !== shown.current)
				return;
			setForm(read);
			if (read.draft && isSentBack(read.draft))
				void tellRefusal(entry);
			if (read.conflicts.length && !kept)
				setConflicts({ list: read.conflicts, members: editOf(read).members });
			if (then)
				put(then(kept ?? editOf(read)), entry);
		} catch (error) {
			if (turn !== shown.current)
				return; // what was opened after it stays
			setForm(null);
			fail(error);
		}
	}

	/* What a reviewer wrote when it was sent back. */
	async function tellRefusal(entry: string) {
		const { events } = await patient(() => api.history(entry)).catch(() => ({ events: [] }));
		const last = events.find(({ what }) => what === 'refused');
		if (last && state.current.open === entry)
			setSentBack(AUTHORING.refusedBy(last.who, last.why));
	}

	function begin(kind: EntryKind, from: Listing, then?: (edit: Edit) => Edit) {
		const all = [...from.entries, ...Object.values(state.current.edits).map(listed)];
		const fresh = newEdit(kind, kind === 'answer' ? from.collections[0] ?? null : null, all.map(({ entry }) => entry), all.map(({ number }) => number ?? 0));
		reset(fresh.entry);
		setForm(null);
		put(then ? then(fresh) : fresh, fresh.entry);
	}

	/* What is to be made of a question that was asked. */
	async function grant(asked: Wish, read: Listing) {
		const why = AUTHORING.whyAsked(asked.count, asked.texts[0] ?? '');
		if (asked.kind === 'choose') {
			reset(null); // what was open is not what it is about
			setChoosing(asked);
			focusOn(byId('edit-find'));
		} else if (asked.kind === 'belongs') {
			await show(asked.entry, (one) => ({ ...one, why, members: withTexts(one.members, asked.texts, asked.prompts) }));
			focusOn(byId('f-also'));
		} else if (asked.kind === 'new') {
			begin('answer', read, (one) => ({ ...one, why, members: withTexts(setMember(one.members, 'question', asked.texts[0]), asked.texts, asked.prompts) }));
			focusOn(byId('f-answer'));
		} else {
			begin('referral', read, (one) => ({ ...one, why, members: setMember(setMember(one.members, 'topic', (asked.texts[0] ?? '').slice(0, 60)), 'also', asked.texts) }));
			focusOn(byId('f-reply'));
		}
	}

	useEffect(() => {
		if (!wish)
			return;
		granted();
		setPending(wish);
	}, [wish]);

	useEffect(() => {
		if (!pending || !listing)
			return;
		setPending(null);
		void grant(pending, listing);
	}, [pending, listing]);

	function pick(one: Listed) {
		if (!choosing) {
			void show(one.entry);
			return;
		}
		const { texts, prompts, count } = choosing;
		void show(one.entry, (now) => ({ ...now, why: AUTHORING.whyAsked(count, texts[0] ?? ''), members: withTexts(now.members, texts, one.kind === 'answer' ? prompts : []) })).then(() => focusOn(byId('f-also')));
	}

	/* ---- Typing ---- */

	function change(members: Raw) {
		if (!edit)
			return;
		const unchanged = !edit.added && form?.entry === edit.entry && same(members, editOf(form).members) && !edit.why;
		put(unchanged ? null : { ...edit, members }, edit.entry);
		say('');
	}

	/* Only of one that is new. */
	function rename(entry: string) {
		if (!edit || busy)
			return;
		if (entry !== edit.entry && (edits[entry] || listing?.entries.some((one) => one.entry === entry))) {
			say(AUTHORING.refusals['entry_taken'] ?? '');
			return;
		}
		const { [edit.entry]: _before, ...others } = edits;
		setEdits({ ...others, [entry]: { ...edit, entry, members: { ...edit.members, id: entry } } });
		setOpen(entry);
	}

	const checks = useMemo(() => latest(
		(key: string) => api.check(JSON.parse(key) as Trial),
		(key, answer: Checked) => {
			if ((JSON.parse(key) as Trial).entry !== state.current.open)
				return;
			setChecked(answer);
			setChecking(false);
		},
		(refusal: Refusal) => {
			setChecking(false);
			if (refusal.status === 401)
				expired();
			else
				setChecked(null);
		},
	), [api]);

	useEffect(() => {
		if (!edit || hidden)
			return undefined;
		setChecking(true);
		const timer = setTimeout(() => checks.want(JSON.stringify(trialOf(edit))), CHECK_MS);
		return () => clearTimeout(timer);
	}, [edit?.entry, edit?.members, hidden]);

	useLayoutEffect(() => {
		function onKey(event: KeyboardEvent) {
			if (state.current.hidden || !(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 's')
				return;
			event.preventDefault();
			void saveNow.current(false);
		}
		function onLeave(event: BeforeUnloadEvent) {
			if (Object.keys(state.current.edits).length)
				event.preventDefault();
		}
		document.addEventListener('keydown', onKey);
		addEventListener('beforeunload', onLeave);
		return () => {
			document.removeEventListener('keydown', onKey);
			removeEventListener('beforeunload', onLeave);
		};
	}, []);

	/* ---- Saving ---- */

	function notSaved(saving: Edit, answer: Saved) {
		put({ ...saving, revision: answer.revision, live_hash: answer.live_hash }, saving.entry);
		setConflicts({ list: answer.conflicts, members: answer.members });
		focusOn(byId('conflicts-title'));
	}

	/*
	 * The form goes on with what was saved. What was typed meanwhile, a reason too, is still there, and still not
	 * saved: on top of it, or, where it was merged with what others did, to be merged likewise.
	 */
	async function saved(saving: Edit, answer: Saved) {
		const { entry } = saving;
		const before = form?.entry === entry ? form : null;
		const made = { ...listed(saving), ...before, revision: answer.revision, live_hash: answer.live_hash, members: answer.members, live_members: before?.live_members ?? null, changes: [], conflicts: [] };
		const read = await patient(() => api.form(entry)).catch(() => made);
		setEdits((now) => {
			const { [entry]: typed, ...others } = now;
			if (!typed || (typed.members === saving.members && typed.why === saving.why))
				return others;
			const { revision, live_hash } = answer.merged ? saving : answer;
			return { ...others, [entry]: { ...typed, revision, live_hash, added: false } };
		});
		if (state.current.open === entry) {
			setSentBack('');
			setForm(read);
			setConflicts(read.conflicts.length ? { list: read.conflicts, members: editOf(read).members } : null);
		}
	}

	/* Gives what is to be said of it; nothing where both sides are to be chosen from. */
	async function keep(saving: Edit, submit: boolean): Promise<string> {
		const { entry, revision, live_hash, members, why, kind, collection, added } = saving;
		const answer = await api.save({ entry, revision, live_hash, members, why: why.trim(), ...(added ? { kind, collection } : {}) });
		if (!answer.saved) {
			notSaved(saving, answer);
			return '';
		}
		const typed = state.current.edits[entry];
		const goesOn = submit && answer.valid && (!typed || typed.members === members);
		if (goesOn)
			await api.submit({ entry, revision: answer.revision, why: why.trim() });
		await Promise.all([saved(saving, answer), look()]);
		return savedWords(answer, goesOn);
	}

	/* What is new, under the next id that is free; null where that is no way. */
	async function moved(saving: Edit): Promise<Edit | null> {
		const read = saving.added ? await look() : null;
		const typed = state.current.edits[saving.entry] ?? saving;
		const other = read && renumbered(typed, read.entries.map(({ entry }) => entry), read.entries.map(({ number }) => number ?? 0));
		if (other) {
			put(null, saving.entry);
			put(other, other.entry);
			setOpen(other.entry);
		}
		return other;
	}

	/* Where somebody else made an entry of the same id meanwhile, as the next one. */
	async function keepSomewhere(saving: Edit, submit: boolean): Promise<string> {
		try {
			return await keep(saving, submit);
		} catch (error) {
			const other = error instanceof Refusal && error.reason === 'entry_taken' ? await moved(saving) : null;
			if (!other)
				throw error;
			return AUTHORING.movedTo(await keep(other, submit));
		}
	}

	async function save(submit: boolean, settled?: Edit) {
		const saving = settled ?? edit;
		if (!saving || busy)
			return;
		if (!saving.why.trim()) {
			missWhy(true);
			document.getElementById('edit-why')?.focus();
			return;
		}
		setBusy(true);
		say(AUTHORING.saving);
		try {
			say(await keepSomewhere(saving, submit));
		} catch (error) {
			fail(error);
		} finally {
			setBusy(false);
		}
	}

	async function step(what: 'submit' | 'discard' | 'remove', done: string) {
		if (!edit || busy)
			return;
		setBusy(true);
		ask(null);
		try {
			const { entry, revision, why } = edit;
			const answer = await api[what]({ entry, revision, ...(why.trim() ? { why: why.trim() } : {}) });
			if (what !== 'submit')
				put(null, entry);
			await look();
			if (answer.live || answer.draft)
				await show(entry);
			else
				reset(null);
			say(done);
		} catch (error) {
			fail(error);
		} finally {
			setBusy(false);
		}
	}

	function undo() {
		if (!edit)
			return;
		put(null, edit.entry);
		if (edit.added)
			reset(null);
		else
			void show(edit.entry);
	}

	/* ---- What is shown ---- */

	const added = Object.values(edits).filter((one) => one.added && !listing?.entries.some(({ entry }) => entry === one.entry)).map(listed);
	const entries = [...(listing?.entries ?? []), ...added, ...(listing?.files ?? [])];
	return {
		api, listing, entries, unsaved: Object.keys(edits), open, opening, edit, dirty, form, checked, checking, conflicts, history, asking, choosing, said, busy, whyMissing,
		name: me.name, head: entries.find(({ entry }) => entry === open), mayEdit: me.may.includes('edit_draft'),
		sentBack, desk, showDesk: (which: Desk) => { reset(null); setDesk(which); }, look, say, fail,
		pick, begin: (kind: EntryKind, from: Listing) => { begin(kind, from); focusOn(byId(kind === 'answer' ? 'f-question' : 'f-topic')); }, change, rename, save, step, undo, showHistory, ask,
		close: () => reset(null),
		openEntry: (entry: string) => void show(entry),
		make: setPending,
		choseNone: () => setChoosing(null),
		place: (collection: string) => edit && put({ ...edit, collection }, edit.entry),
		setWhy: (why: string) => {
			missWhy(false);
			if (edit)
				put({ ...edit, why }, edit.entry);
		},
		settle: (members: Raw) => {
			if (!edit)
				return;
			setConflicts(null);
			put({ ...edit, members }, edit.entry);
			void save(false, { ...edit, members });
		},
	};
}

export type Editor = ReturnType<typeof useEditor>;
