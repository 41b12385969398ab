/* The form of an entry, or of a topic that is not ours. What it does not show is there as JSON, and stays as it is. */

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { WordClass } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { CaseFields } from './CaseFields';
import type { Edit } from './edits';
import { listOf, restOf, setMember, textOf, withRest, type Fault, type Raw } from './entry-form';
import { DateField, FormField, TextField } from './FormField';
import { LinesField } from './LinesField';

const name = (member: string) => AUTHORING.members[member] ?? member;

interface Props {
	edit: Edit;
	collections: string[];
	classes: WordClass[];
	faults: Fault[];
	change(members: Raw): void;
	place(collection: string): void; // of a new entry
	rename(entry: string): void; // of a new entry
	help?: ComponentChildren; // to find alternates
}

/* Members whose faults stand beside a field. */
export const FIELDS = ['id', 'number', 'question', 'prompts', 'patterns', 'unless', 'also', 'not', 'answer', 'cases', 'note', 'internal', 'owner', 'review_by', 'topic', 'reply'];

function Identity({ edit, collections, faults, change, place, rename }: Omit<Props, 'classes' | 'help'>) {
	const number = edit.members['number'];
	return (
		<div class="side-by-side">
			{edit.added && <TextField path="id" label={name('id')} hint={AUTHORING.idHint} rows={0} most={128} value={edit.entry} faults={faults} change={rename} />}
			{edit.kind === 'answer' && (
				<FormField path="number" label={name('number')} hint={AUTHORING.numberHint} faults={faults}>
					{(field) => (
						<input {...field} class="field" type="text" inputMode="numeric" autocomplete="off" maxLength={6} value={typeof number === 'number' ? String(number) : ''}
							onInput={({ currentTarget }) => {
								const typed = currentTarget.value.replace(/\D/g, '');
								change(setMember(edit.members, 'number', typed ? Number(typed) : undefined));
							}} />
					)}
				</FormField>
			)}
			{edit.added && edit.kind === 'answer' && collections.length > 1 && (
				<FormField path="collection" label={AUTHORING.collection} faults={[]}>
					{(field) => (
						<select {...field} class="field" value={edit.collection ?? collections[0]} onChange={(event) => place(event.currentTarget.value)}>
							{collections.map((one) => <option key={one} value={one}>{one}</option>)}
						</select>
					)}
				</FormField>
			)}
		</div>
	);
}

function Rest({ members, faults, change }: Pick<Props, 'faults' | 'change'> & { members: Raw }) {
	/* What is typed, as long as the members are those that it was typed into. */
	const rest = JSON.stringify(restOf(members), null, 2);
	const [typed, setTyped] = useState({ text: rest, rest });
	const text = typed.rest === rest ? typed.text : rest;
	const bad = withRest(members, text) === null;
	const own: Fault[] = bad ? [{ level: 'error', entry: null, member: 'rest', text: AUTHORING.restBad }] : [];
	const others = faults.filter(({ member }) => Object.keys(restOf(members)).some((one) => member === one || member.startsWith(`${one}[`) || member.startsWith(`${one}.`)));
	return (
		<details class="rules" open={others.length > 0 || undefined}>
			<summary>{AUTHORING.rest} <span class="of">{Object.keys(restOf(members)).map(name).join('、')}</span></summary>
			<TextField path="rest" label={AUTHORING.rest} hint={AUTHORING.restHint} value={text} rows={10} code faults={own}
				change={(value) => {
					const changed = withRest(members, value);
					setTyped({ text: value, rest: JSON.stringify(restOf(changed ?? members), null, 2) });
					if (changed)
						change(changed);
				}} />
		</details>
	);
}

function Referral({ edit, classes, faults, change }: Pick<Props, 'edit' | 'classes' | 'faults' | 'change'>) {
	const { members } = edit;
	const set = (member: string, value: unknown) => change(setMember(members, member, value));
	return (
		<>
			<TextField path="topic" label={name('topic')} hint={AUTHORING.topicHint} rows={0} most={60} value={textOf(members, 'topic')} faults={faults} change={(value) => set('topic', value)} />
			<TextField path="reply" label={name('reply')} hint={AUTHORING.replyHint} rows={4} most={500} value={textOf(members, 'reply')} faults={faults} change={(value) => set('reply', value)} />
			<LinesField path="also" label={name('also')} hint={AUTHORING.alsoHint} items={listOf(members, 'also')} faults={faults} change={(items) => set('also', items)} />
			<LinesField path="not" label={name('not')} hint={AUTHORING.notHint} items={listOf(members, 'not')} faults={faults} change={(items) => set('not', items)} />
			<Patterns members={members} classes={classes} faults={faults} set={set} />
		</>
	);
}

function Patterns({ members, classes, faults, set }: { members: Raw; classes: WordClass[]; faults: Fault[]; set(member: string, value: unknown): void }) {
	return (
		<>
			<LinesField path="patterns" label={name('patterns')} hint={AUTHORING.patternsHint} items={listOf(members, 'patterns')} classes={classes} faults={faults} change={(items) => set('patterns', items)} />
			{(listOf(members, 'patterns').length > 0 || listOf(members, 'unless').length > 0) && (
				<LinesField path="unless" label={name('unless')} hint={AUTHORING.unlessHint} items={listOf(members, 'unless')} faults={faults} change={(items) => set('unless', items)} />
			)}
		</>
	);
}

export function EntryForm(props: Props) {
	const { edit, classes, faults, change } = props;
	const { members } = edit;
	const set = (member: string, value: unknown) => change(setMember(members, member, value));
	if (edit.kind === 'referral')
		return (
			<div class="form">
				<Referral edit={edit} classes={classes} faults={faults} change={change} />
				<Identity {...props} />
			</div>
		);
	return (
		<div class="form">
			<TextField path="question" label={name('question')} hint={AUTHORING.questionHint} most={1000} value={textOf(members, 'question')} faults={faults} change={(value) => set('question', value)} />
			<TextField path="answer" label={name('answer')} hint={AUTHORING.answerHint} rows={5} most={20000} value={textOf(members, 'answer')} faults={faults} change={(value) => set('answer', value)} />
			<CaseFields entry={members} classes={classes} faults={faults} change={change} />
			<LinesField path="prompts" label={name('prompts')} hint={AUTHORING.promptsHint} items={listOf(members, 'prompts')} faults={faults} change={(items) => set('prompts', items)} />
			<LinesField path="also" label={name('also')} hint={AUTHORING.alsoHint} items={listOf(members, 'also')} faults={faults} change={(items) => set('also', items)} />
			{props.help}
			<LinesField path="not" label={name('not')} hint={AUTHORING.notHint} items={listOf(members, 'not')} faults={faults} change={(items) => set('not', items)} />
			<Patterns members={members} classes={classes} faults={faults} set={set} />
			<fieldset class="inside-form">
				<legend>{AUTHORING.inside}</legend>
				<p class="hint">{AUTHORING.insideHint}</p>
				<div class="side-by-side">
					<TextField path="owner" label={name('owner')} hint={AUTHORING.ownerHint} rows={0} most={100} value={textOf(members, 'owner')} faults={faults} change={(value) => set('owner', value)} />
					<DateField path="review_by" label={name('review_by')} hint={AUTHORING.reviewByHint} value={textOf(members, 'review_by')} faults={faults} change={(value) => set('review_by', value)} />
				</div>
				<TextField path="internal" label={name('internal')} hint={AUTHORING.internalHint} most={4000} value={textOf(members, 'internal')} faults={faults} change={(value) => set('internal', value)} />
				<TextField path="note" label={name('note')} hint={AUTHORING.noteHint} most={4000} value={textOf(members, 'note')} faults={faults} change={(value) => set('note', value)} />
			</fieldset>
			<Identity {...props} />
			<Rest members={members} faults={faults} change={change} />
		</div>
	);
}
