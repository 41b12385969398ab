/* The sign-in page: name and password, and the second step where the account has one. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Api } from './api';
import { Refusal } from './api';
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
	const [busy, setBusy] = useState(false);
	const name = useRef<HTMLInputElement>(null);
	const password = useRef<HTMLInputElement>(null);
	const code = useRef<HTMLInputElement>(null);

	useEffect(() => {
		document.title = WORDS.signInTitle;
		name.current?.focus();
	}, []);

	useEffect(() => {
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

	return (
		<main class="plain">
			<form class="sign-in" onSubmit={(event) => void submit(event)} aria-labelledby="sign-in-title">
				<h1 id="sign-in-title">{WORDS.signInTitle}</h1>
				<p class="said" role="alert">{said}</p>
				<label for="name">{WORDS.name}</label>
				<input id="name" ref={name} class="field" type="text" autocomplete="username" autocapitalize="none" spellcheck={false} required maxLength={64} />
				<label for="password">{WORDS.password}</label>
				<input id="password" ref={password} class="field" type="password" autocomplete="current-password" required maxLength={1024} />
				{asksCode && (
					<>
						<label for="code">{WORDS.code}</label>
						<input id="code" ref={code} class="field" type="text" inputMode="numeric" autocomplete="one-time-code" required
							pattern="[0-9 ]*" maxLength={12} aria-describedby="code-hint" />
						<p class="hint" id="code-hint">{WORDS.codeHint}</p>
					</>
				)}
				<button type="submit" class="button primary" aria-disabled={busy}>{busy ? WORDS.signingIn : WORDS.signIn}</button>
			</form>
		</main>
	);
}
