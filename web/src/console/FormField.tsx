/* A field of the entry's form: its name, what it is for, and what is wrong with it, told to who listens, too. */

import type { ComponentChildren } from 'preact';
import { AUTHORING } from './authoring-words';
import { faultsAt, type Fault } from './entry-form';

/* Ids of elements from paths of members: "cases[1].pick" gives "f-cases-1-pick". */
export function idOf(path: string): string {
	return `f-${path.replace(/[^\p{L}\p{N}_]+/gu, '-').replace(/-$/, '')}`;
}

interface Described {
	'aria-describedby': string | undefined;
	'aria-invalid': true | undefined;
	id: string;
}

interface Props {
	path: string;
	label: string;
	hint?: string | undefined;
	count?: number; // of the items of a list
	faults: Fault[];
	children(field: Described): ComponentChildren;
}

export function FormField({ path, label, hint, count, faults, children }: Props) {
	const id = idOf(path);
	const own = faultsAt(faults, path);
	const wrong = own.some(({ level }) => level === 'error');
	const described = [own.length > 0 && `${id}-fault`, hint && `${id}-hint`].filter(Boolean).join(' ');
	return (
		<div class={wrong ? 'form-field wrong' : 'form-field'}>
			<label for={id}>{label}{count !== undefined && <span class="of"> {AUTHORING.count(count)}</span>}</label>
			{children({ id, 'aria-describedby': described || undefined, 'aria-invalid': wrong ? true : undefined })}
			{own.length > 0 && (
				<ul class="faults" id={`${id}-fault`}>
					{own.map((fault, index) => <li key={index} class={fault.level}>{AUTHORING.levels[fault.level]}{fault.line !== null && <b>{AUTHORING.line(fault.line)}</b>}{fault.text}</li>)}
				</ul>
			)}
			{hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
		</div>
	);
}

interface TextProps {
	path: string;
	label: string;
	hint?: string | undefined;
	value: string;
	rows?: number;
	most?: number;
	code?: boolean; // SQL or patterns
	faults: Fault[];
	change(value: string): void;
}

export function TextField({ path, label, hint, value, rows = 2, most, code = false, faults, change }: TextProps) {
	return (
		<FormField path={path} label={label} hint={hint} faults={faults}>
			{(field) => (rows === 0
				? <input {...field} class="field" type="text" autocomplete="off" maxLength={most} value={value} onInput={(event) => change(event.currentTarget.value)} />
				: <textarea {...field} class={code ? 'field code' : 'field'} rows={rows} maxLength={most} spellcheck={false} value={value} onInput={(event) => change(event.currentTarget.value)} />)}
		</FormField>
	);
}

export function DateField({ path, label, hint, value, faults, change }: Omit<TextProps, 'rows' | 'most' | 'code'>) {
	return (
		<FormField path={path} label={label} hint={hint} faults={faults}>
			{(field) => <input {...field} class="field date" type="date" value={value} onInput={(event) => change(event.currentTarget.value)} />}
		</FormField>
	);
}
