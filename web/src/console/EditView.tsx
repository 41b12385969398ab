/*
 * The editor: all entries on the left, the open one as a form in the middle, and on the right what
 * it would answer. What it does is in use-editor.ts.
 */

import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Checked, Listed } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { Choose } from './Choose';
import { Conflicts } from './Conflicts';
import { Changes } from './Diff';
import { EntryForm, FIELDS } from './EntryForm';
import { EntryList, isSentBack, stateWords } from './EntryList';
import type { Edit } from './edits';
import { faultsElsewhere, listOf, setMember, textOf, type Fault } from './entry-form';
import { FILE } from './file-words';
import { FileForm } from './FileForm';
import { Files } from './Files';
import { gateOf } from './gate-protocol';
import { GateWhileTyping } from './GateView';
import { History } from './History';
import { Preview, RuleTry, trialOf } from './Preview';
import { minuteOf } from '../time';
import { Stale } from './Stale';
import { EntryHelp, Suggestions } from './Suggestions';
import { DESKS, useEditor, type Desk, type Editor, type EditorProps } from './use-editor';

const WHY_MOST = 120; // characters; the server counts bytes

/* ---- The list ---- */

function ListPane({ editor }: { editor: Editor }) {
	const { listing, choosing, mayEdit, entries, unsaved, open, pick, begin, said } = editor;
	return (
		<section class="edit-list" aria-label={AUTHORING.list}>
			{choosing && (
				<p class="notice">{AUTHORING.chooseFor(choosing.texts[0] ?? '')} <button type="button" class="button small" onClick={editor.choseNone}>{AUTHORING.cancel}</button></p>
			)}
			{mayEdit && listing && (
				<div class="options">
					<button type="button" class="button" onClick={() => begin('answer', listing)}>{AUTHORING.newEntry}</button>
					<button type="button" class="button" onClick={() => begin('referral', listing)}>{AUTHORING.newReferral}</button>
				</div>
			)}
			{listing && (
				<div class="options">
					{DESKS.map((desk) => <button key={desk} type="button" class="button" aria-pressed={editor.desk === desk} onClick={() => editor.showDesk(desk)}>{AUTHORING.desks[desk]}</button>)}
				</div>
			)}
			{listing ? <EntryList entries={choosing ? entries.filter(({ kind }) => kind !== 'file') : entries} unsaved={unsaved} open={open} pick={pick} /> : said ? (
				<div class="options"><span class="said">{said}</span> <button type="button" class="button small" onClick={() => void editor.look()}>{AUTHORING.again}</button></div>
			) : <p class="hint">{AUTHORING.reading}</p>}
		</section>
	);
}

/* ---- The open entry ---- */

function Standing({ head }: { head: Listed | undefined }) {
	const draft = head?.draft;
	if (!draft)
		return null;
	const words = draft.change === 'deleted' ? AUTHORING.willBeDeleted : draft.state === 'review' ? AUTHORING.inReview : draft.state === 'approved' ? AUTHORING.approvedNow : '';
	return words ? <p class="notice">{words}</p> : null;
}

function Head({ editor, edit }: { editor: Editor; edit: Edit }) {
	const { head, dirty } = editor;
	const isAnswer = edit.kind === 'answer';
	const title = edit.kind === 'file' ? FILE.titleOf(edit.entry) : textOf(edit.members, isAnswer ? 'question' : 'topic') || (isAnswer ? AUTHORING.newEntry : AUTHORING.newReferral);
	return (
		<>
			<button type="button" class="button back" onClick={editor.close}>{AUTHORING.back}</button>
			<h2>{head && AUTHORING.number(head.number)} {title}</h2>
			<p class="hint">{head && stateWords(head, dirty)}{head?.draft && ` · ${isSentBack(head.draft) ? AUTHORING.sentBackBy(head.draft.by, minuteOf(head.draft.at)) : AUTHORING.savedBy(head.draft.by, minuteOf(head.draft.at))}`}</p>
			<Standing head={head} />
			{editor.sentBack && <p class="notice">{editor.sentBack}</p>}
		</>
	);
}

function Tools({ editor, edit }: { editor: Editor; edit: Edit }) {
	const { head, dirty, mayEdit, history, showHistory, ask } = editor;
	const mayDelete = mayEdit && edit.kind !== 'file' && head?.live && head.draft?.change !== 'deleted';
	return (
		<div class="edit-tools">
			{!edit.added && <button type="button" class="button" aria-pressed={history} onClick={() => showHistory(!history)}>{history ? AUTHORING.backToForm : AUTHORING.history}</button>}
			{dirty && <button type="button" class="button" onClick={editor.undo}>{AUTHORING.undo}</button>}
			{mayEdit && head?.draft && <button type="button" class="button" onClick={() => ask('discard')}>{AUTHORING.discard}</button>}
			{mayDelete && <button type="button" class="button" onClick={() => ask('remove')}>{AUTHORING.deleteEntry}</button>}
		</div>
	);
}

function PastOf({ editor, edit, expired }: { editor: Editor; edit: Edit; expired(): void }) {
	const changes = editor.form?.changes ?? [];
	return (
		<>
			{changes.length > 0 && <section><h3>{AUTHORING.diffNow}</h3><Changes changes={changes} /></section>}
			<History api={editor.api} entry={edit.entry} expired={expired} />
		</>
	);
}

/* Suggestions are for what is live. */
function AlternatesHelp({ editor, edit }: { editor: Editor; edit: Edit }) {
	const also = listOf(edit.members, 'also');
	if (!editor.mayEdit || edit.added || edit.kind !== 'answer')
		return null;
	return <EntryHelp key={edit.entry} editor={editor} entry={edit.entry} also={also} add={(text) => editor.change(setMember(edit.members, 'also', [...also, text]))} />;
}

function Body({ editor, edit, expired }: { editor: Editor; edit: Edit; expired(): void }) {
	const { listing, checked, api } = editor;
	const own = checked?.faults.filter(({ entry }) => entry === edit.entry) ?? [];
	return (
		<>
			{edit.kind === 'file' ? <FileForm key={editor.opening} edit={edit} entries={editor.entries} faults={own} change={editor.change} /> : <EntryForm key={editor.opening} edit={edit} collections={listing?.collections ?? []} classes={listing?.word_classes ?? []}
				faults={own} change={editor.change} place={editor.place} rename={editor.rename} help={<AlternatesHelp editor={editor} edit={edit} />} />}
			{edit.kind === 'answer' && ('cases' in edit.members || 'diagnosis' in edit.members) && <RuleTry key={edit.entry} api={api} edit={edit} expired={expired} />}
			{editor.mayEdit && <SaveBar editor={editor} edit={edit} />}
		</>
	);
}

function SaveBar({ editor, edit }: { editor: Editor; edit: Edit }) {
	const { dirty, head, busy, whyMissing, save, step } = editor;
	const toSave = dirty || !head?.draft;
	const waits = !toSave && head.draft?.state !== 'draft'; // for others: there is nothing to submit
	return (
		<form class="edit-save" onSubmit={(event) => { event.preventDefault(); void save(false); }}>
			<label for="edit-why">{AUTHORING.why}</label>
			<input id="edit-why" class="field" type="text" autocomplete="off" maxLength={WHY_MOST} value={edit.why} aria-invalid={whyMissing || undefined} aria-describedby={whyMissing ? 'why-missing' : undefined}
				onInput={(event) => editor.setWhy(event.currentTarget.value)} />
			{whyMissing && <p class="said" id="why-missing" role="alert">{AUTHORING.whyMissing}</p>}
			<button type="submit" class="button" aria-disabled={busy}>{AUTHORING.save} <kbd>Ctrl+S</kbd></button>
			{!waits && <button type="button" class="button primary" aria-disabled={busy} onClick={() => void (toSave ? save(true) : step('submit', AUTHORING.submitted))}>{toSave ? AUTHORING.saveAndSubmit : AUTHORING.submit}</button>}
		</form>
	);
}

function OpenEntry({ editor, edit, expired }: { editor: Editor; edit: Edit; expired(): void }) {
	const { conflicts, history } = editor;
	return (
		<>
			<Head editor={editor} edit={edit} />
			<Tools editor={editor} edit={edit} />
			{conflicts ? <Conflicts conflicts={conflicts.list} members={conflicts.members} settle={editor.settle} />
				: history ? <PastOf editor={editor} edit={edit} expired={expired} />
					: <Body editor={editor} edit={edit} expired={expired} />}
		</>
	);
}

/* ---- What is wrong with it ---- */

function FaultItem({ fault, entry }: { fault: Fault; entry: string }) {
	return <li class={fault.level}>{AUTHORING.levels[fault.level]}{fault.member && `${AUTHORING.placeWords(fault.member)}：`}{fault.text}{fault.entry && fault.entry !== entry && AUTHORING.ofEntry(fault.entry)}</li>;
}

/* Whether it may go live; what stands beside no field: errors, and folded what was there before, too. */
function CheckLine({ faults, entry, checking, checked }: { faults: Fault[]; entry: string; checking: boolean; checked: Checked | null }) {
	const errors = faults.some(({ level }) => level === 'error');
	const elsewhere = faultsElsewhere(faults, entry, FIELDS);
	const wrong = elsewhere.filter(({ level }) => level === 'error');
	const others = elsewhere.filter(({ level }) => level !== 'error');
	return (
		<section class="check-line">
			<p role="status" class={errors ? 'said' : 'hint'}>
				{checkWords(faults, faults.length - elsewhere.length - (faults.filter(({ level }) => level === 'error').length - wrong.length), checking, checked)}
			</p>
			{wrong.length > 0 && <ul class="faults">{wrong.map((fault, index) => <FaultItem key={index} fault={fault} entry={entry} />)}</ul>}
			{others.length > 0 && (
				<details>
					<summary>{AUTHORING.otherFaults(others.length)}</summary>
					<ul class="faults">{others.map((fault, index) => <FaultItem key={index} fault={fault} entry={entry} />)}</ul>
				</details>
			)}
		</section>
	);
}

function checkWords(faults: Fault[], warned: number, checking: boolean, checked: Checked | null): string {
	const errors = faults.filter(({ level }) => level === 'error').length;
	if (!checked)
		return checking ? AUTHORING.checking : AUTHORING.notChecked;
	return [errors ? AUTHORING.wrong(errors) : AUTHORING.fine, warned ? AUTHORING.warned(warned) : ''].filter(Boolean).join('；');
}

/* ---- All of it ---- */

export function EditView(props: EditorProps) {
	const { me, hidden, expired } = props;
	const editor = useEditor(props);
	const gate = useMemo(() => gateOf(me.csrf), [me.csrf]);
	const { edit, asking, said } = editor;
	const opened = editor.open !== null || editor.desk !== null;
	return (
		<main class={opened ? 'edit opened' : 'edit'} hidden={hidden}>
			<ListPane editor={editor} />
			<article class="edit-form" aria-label={AUTHORING.form}>
				<p class={said ? 'edit-said' : ''} role="status" id="edit-said">{said}</p>
				{edit ? <OpenEntry editor={editor} edit={edit} expired={expired} /> : editor.open === null && <Instead editor={editor} />}
			</article>
			{edit && (
				<aside class="edit-preview" aria-label={AUTHORING.preview}>
					<CheckLine faults={editor.checked?.faults ?? []} entry={edit.entry} checking={editor.checking} checked={editor.checked} />
					<Preview key={edit.entry} api={editor.api} edit={edit} expired={expired} />
					<GateWhileTyping gate={gate} alone={me.may.includes('review_draft') && edit.kind !== 'file'} trial={editor.dirty && !hidden ? trialOf(edit) : null} expired={expired} />
				</aside>
			)}
			{asking && <Sure editor={editor} asking={asking} />}
		</main>
	);
}

const AT_DESK: Record<Desk, (editor: Editor) => VNode> = {
	suggestions: (editor) => <Suggestions editor={editor} />,
	stale: (editor) => <Stale editor={editor} />,
	files: (editor) => <Files editor={editor} />,
};

/* Where no entry is open. */
function Instead({ editor }: { editor: Editor }) {
	if (!editor.desk)
		return <p class="nothing">{AUTHORING.choose}</p>;
	return (
		<>
			<button type="button" class="button back" onClick={editor.close}>{AUTHORING.back}</button>
			{AT_DESK[editor.desk](editor)}
		</>
	);
}

function Sure({ editor, asking }: { editor: Editor; asking: NonNullable<Editor['asking']> }) {
	const { title, notice, yes } = AUTHORING.confirm[asking];
	return (
		<Choose title={title} notice={notice} choices={[{ value: 'yes', words: yes }, { value: 'no', words: AUTHORING.no }]} close={() => editor.ask(null)}
			choose={(value) => {
				if (value === 'yes')
					void editor.step(asking, asking === 'discard' ? AUTHORING.discarded : AUTHORING.deleted);
				else
					editor.ask(null);
			}} />
	);
}
