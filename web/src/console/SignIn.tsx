/* The sign-in page: name and password, and the second step where the account has one. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Api } from './api';
import { Refusal } from './api';
import { Field } from './Field';
import { WORDS } from './words';

const MINUTE_MS = 60000;

export function refusalWords(refusal: Refusal): string {
	if (refusal.reason === 'locked' && refusal.retryAfterMs > 0)
		return WORDS.lockedFor(Math.ceil(refusal.retryAfterMs / MINUTE_MS));
	return WORDS.refusals[refusal.reason] || refusal.words || WORDS.refused;
}

interface Props {
	api: Api;
	notice: string;
	signedIn(): void;
}

export function SignIn({ api, notice, signedIn }: Props) {
	const [asksCode, setAsksCode] = useState(false);
	const [said, say] = useState(notice);
	const [faulty, setFaulty] = useState(''); // id of the field that `said` is about
	const [busy, setBusy] = useState(false);
	const name = useRef<HTMLInputElement>(null);
	const password = useRef<HTMLInputElement>(null);
	const code = useRef<HTMLInputElement>(null);

	useLayoutEffect(() => {
		document.title = WORDS.signInTitle;
		name.current?.focus();
	}, []);

	useLayoutEffect(() => {
		if (asksCode)
			code.current?.focus();
	}, [asksCode]);

	function refused(refusal: Refusal) {
		if (refusal.reason === 'code_needed') {
			setAsksCode(true);
			say('');
			return;
		}
		say(refusalWords(refusal));
		const again = asksCode ? code.current : password.current;
		if (again && /^(sign_in|locked)$/.test(refusal.reason)) {
			again.value = '';
			again.focus();
		}
	}

	async function submit(event: Event) {
		event.preventDefault();
		if (busy)
			return;
		const empty = [name, password, code].map(({ current }) => current).find((field) => field && !field.value.trim());
		setFaulty(empty?.id ?? '');
		if (empty) {
			say(WORDS.empty[empty.id] ?? '');
			empty.focus();
			return;
		}
		setBusy(true);
		say('');
		try {
			await api.signIn(name.current?.value.trim() ?? '', password.current?.value ?? '', code.current?.value.trim() ?? '');
			signedIn();
		} catch (error) {
			refused(error as Refusal);
		}
		setBusy(false);
	}

	const faultOf = (id: string) => (faulty === id ? 'fault' : undefined);
	return (
		<main class="plain">
			<form class="sign-in" noValidate onSubmit={(event) => void submit(event)} aria-labelledby="sign-in-title">
				<h1 id="sign-in-title">{WORDS.signInTitle}</h1>
				<p class="said" role="alert" id="fault">{said}</p>
				<Field id="name" label={WORDS.name} input={name} kind="name" autocomplete="username" fault={faultOf('name')} />
				<Field id="password" label={WORDS.password} input={password} autocomplete="current-password" fault={faultOf('password')} />
				{asksCode && <Field id="code" label={WORDS.code} input={code} kind="code" autocomplete="one-time-code" hint={WORDS.codeHint} fault={faultOf('code')} />}
				<button type="submit" class="button primary" aria-disabled={busy}>{busy ? WORDS.signingIn : WORDS.signIn}</button>
			</form>
		</main>
	);
}
