/* A labelled field of a form. What is wrong with it stands in the form's own alert, `fault` names it. */

import type { RefObject } from 'preact';

interface Props {
	id: string;
	label: string;
	input: RefObject<HTMLInputElement>;
	kind?: 'password' | 'name' | 'code';
	autocomplete: string;
	hint?: string;
	fault?: string | undefined; // id of the alert, where it tells of this field
}

const MOST = { password: 1024, name: 64, code: 12 };

export function Field({ id, label, input, kind = 'password', autocomplete, hint, fault }: Props) {
	const described = [fault, hint && `${id}-hint`].filter(Boolean).join(' ');
	return (
		<>
			<label for={id}>{label}</label>
			<input id={id} ref={input} class="field" type={kind === 'password' ? 'password' : 'text'} inputMode={kind === 'code' ? 'numeric' : undefined}
				autocomplete={autocomplete} autocapitalize="none" spellcheck={false} required maxLength={MOST[kind]}
				aria-invalid={fault ? true : undefined} aria-describedby={described || undefined} />
			{hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
		</>
	);
}
