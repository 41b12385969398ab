/*
 * One's own account: password, second step, sessions. A button in the header and a key open it over
 * whatever view is shown. A new password gives the session another CSRF token: renew() asks for it.
 */

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { account, codeIn, inFours, passwordFault, qrOf, type Secret, type Session } from './account';
import { ACCOUNT } from './account-words';
import type { Refusal } from './api';
import { Field } from './Field';
import type { Me } from './protocol';
import { keyOf } from './shortcuts';
import { refusalWords } from './SignIn';
import { minuteOf, timeOf } from '../time';
import { WORDS } from './words';

interface Props {
	me: Me;
	renew(): void;
	expired(): void;
}

interface PartProps extends Props {
	say(words: string): void; // what was done
}

interface Fault {
	field: string; // its id, or empty
	words: string;
}

const NO_FAULT: Fault = { field: '', words: '' };

function wordsOf(refusal: Refusal): string {
	return ACCOUNT.refusals[refusal.reason] || refusalWords(refusal) || ACCOUNT.failed;
}

/* One request at a time; what is refused is told, and a session that ended leads to the sign-in. */
function useRequest(expired: () => void) {
	const [busy, setBusy] = useState(false);
	const [fault, setFault] = useState<Fault>(NO_FAULT);

	/* `field` of a refusal's reason: where the focus goes. */
	async function run(request: () => Promise<void>, field: (reason: string) => string = () => ''): Promise<void> {
		if (busy)
			return;
		setBusy(true);
		setFault(NO_FAULT);
		try {
			await request();
		} catch (error) {
			const refusal = error as Refusal;
			if (refusal.status === 401)
				expired();
			else
				tell({ field: field(refusal.reason), words: wordsOf(refusal) });
		}
		setBusy(false);
	}

	function tell(told: Fault) {
		setFault(told);
		document.getElementById(told.field)?.focus();
	}

	return { busy, fault, tell, run };
}

const isOf = (fault: Fault, id: string, alert: string) => (fault.field === id ? alert : undefined);

function Password({ me, renew, expired, say }: PartProps) {
	const { busy, fault, tell, run } = useRequest(expired);
	const present = useRef<HTMLInputElement>(null);
	const wanted = useRef<HTMLInputElement>(null);
	const repeat = useRef<HTMLInputElement>(null);
	const verb = me.password ? ACCOUNT.change : ACCOUNT.set;

	function faultOf(now: string, next: string): Fault {
		const unfit = passwordFault(next, me.name);
		if (me.password && !now)
			return { field: 'present', words: ACCOUNT.noPresent };
		if (!next)
			return { field: 'wanted', words: ACCOUNT.noWanted };
		if (unfit)
			return { field: 'wanted', words: ACCOUNT.faults[unfit] };
		return next === repeat.current?.value ? NO_FAULT : { field: 'repeat', words: ACCOUNT.notTheSame };
	}

	function submit(event: Event) {
		event.preventDefault();
		const now = present.current?.value ?? '';
		const next = wanted.current?.value ?? '';
		const found = faultOf(now, next);
		say('');
		if (found.words) {
			tell(found);
			return;
		}
		void run(async () => {
			await account.setPassword(now, next, me.csrf);
			for (const field of [present, wanted, repeat])
				if (field.current)
					field.current.value = '';
			say(ACCOUNT.passwordDone);
			renew();
		}, (reason) => ({ password: 'present', weak: 'wanted' })[reason] ?? '');
	}

	return (
		<form noValidate onSubmit={submit} aria-labelledby="password-title">
			<h3 id="password-title">{ACCOUNT.password}</h3>
			<p class="hint">{me.password ? ACCOUNT.passwordHint : ACCOUNT.firstHint}</p>
			<p class="said" role="alert" id="password-fault">{fault.words}</p>
			<input type="text" autocomplete="username" value={me.name} readOnly hidden />
			{me.password && <Field id="present" label={ACCOUNT.present} input={present} autocomplete="current-password" fault={isOf(fault, 'present', 'password-fault')} />}
			<Field id="wanted" label={ACCOUNT.wanted} input={wanted} autocomplete="new-password" hint={ACCOUNT.wantedHint} fault={isOf(fault, 'wanted', 'password-fault')} />
			<Field id="repeat" label={ACCOUNT.repeat} input={repeat} autocomplete="new-password" fault={isOf(fault, 'repeat', 'password-fault')} />
			<p class="buttons"><button type="submit" class="button primary" aria-disabled={busy}>{verb}</button></p>
		</form>
	);
}

function SecretView({ secret, uri }: Secret) {
	const { size, path } = qrOf(uri);
	return (
		<>
			<p>{ACCOUNT.scan}</p>
			<svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={ACCOUNT.qr} shape-rendering="crispEdges">
				<path d={path} />
			</svg>
			<p>{ACCOUNT.secret} <code class="secret">{inFours(secret)}</code></p>
			<p class="hint">{ACCOUNT.secretHint}</p>
		</>
	);
}

function SecondStep({ me, renew, expired, say }: PartProps) {
	const { busy, fault, tell, run } = useRequest(expired);
	const [begun, setBegun] = useState<Secret | null>(null);
	const code = useRef<HTMLInputElement>(null);
	const title = useRef<HTMLHeadingElement>(null);

	useLayoutEffect(() => {
		if (begun)
			code.current?.focus();
	}, [begun]);

	function begin() {
		say('');
		void run(async () => { setBegun(await account.beginTotp(me.csrf)); });
	}

	function leave() {
		setBegun(null);
		title.current?.focus();
	}

	function submit(event: Event) {
		event.preventDefault();
		const typed = codeIn(code.current?.value ?? '');
		say('');
		if (!typed) {
			tell({ field: 'totp-code', words: ACCOUNT.noCode });
			return;
		}
		void run(async () => {
			await (me.totp ? account.removeTotp : account.confirmTotp)(typed, me.csrf);
			say(me.totp ? ACCOUNT.removed : ACCOUNT.confirmed);
			leave();
			renew();
		}, (reason) => (reason === 'code' ? 'totp-code' : ''));
	}

	return (
		<form noValidate onSubmit={submit} aria-labelledby="totp-title">
			<h3 id="totp-title" ref={title} tabIndex={-1}>{ACCOUNT.totp}</h3>
			{!begun && <p class="hint">{me.totp ? ACCOUNT.totpOn : ACCOUNT.totpOff}</p>}
			{begun && <SecretView {...begun} />}
			<p class="said" role="alert" id="totp-fault">{fault.words}</p>
			{(begun || me.totp) && (
				<Field id="totp-code" label={ACCOUNT.code} input={code} kind="code" autocomplete="one-time-code" hint={ACCOUNT.codeHint} fault={isOf(fault, 'totp-code', 'totp-fault')} />
			)}
			<p class="buttons">
				{begun && <button type="button" class="button" onClick={leave}>{ACCOUNT.cancel}</button>}
				{begun || me.totp
					? <button type="submit" class="button primary" aria-disabled={busy}>{me.totp ? ACCOUNT.remove : ACCOUNT.confirm}</button>
					: <button type="button" class="button" aria-disabled={busy} onClick={begin}>{ACCOUNT.begin}</button>}
			</p>
		</form>
	);
}

function Sessions({ me, expired, say }: PartProps) {
	const { busy, fault, run } = useRequest(expired);
	const [sessions, setSessions] = useState<Session[]>([]);
	const title = useRef<HTMLHeadingElement>(null);
	const others = sessions.filter(({ current }) => !current);

	/* With another password the other sessions have ended. */
	useEffect(() => { void run(async () => { setSessions(await account.sessions()); }); }, [me.csrf]);

	function end(which: Session[]) {
		say('');
		void run(async () => {
			for (const { id } of which)
				await account.endSession(id, me.csrf).catch((refusal: Refusal) => {
					if (refusal.status !== 404) // it has ended by itself
						throw refusal;
				});
			setSessions(await account.sessions());
			title.current?.focus(); // the button is gone
			say(ACCOUNT.ended);
		});
	}

	return (
		<section aria-labelledby="sessions-title">
			<h3 id="sessions-title" ref={title} tabIndex={-1}>{ACCOUNT.sessions}</h3>
			<p class="hint">{ACCOUNT.sessionsHint}</p>
			<p class="said" role="alert">{fault.words}</p>
			<ul class="sessions">
				{sessions.map((one) => (
					<li key={one.id}>
						<dl>
							<div><dt>{ACCOUNT.browser}</dt><dd>{one.browser || ACCOUNT.unknown}{one.current && <b class="tag">{ACCOUNT.current}</b>}</dd></div>
							<div><dt>{ACCOUNT.address}</dt><dd>{one.address}</dd></div>
							<div><dt>{ACCOUNT.since}</dt><dd>{minuteOf(one.since)}</dd></div>
							<div><dt>{ACCOUNT.seen}</dt><dd>{minuteOf(one.seen)}</dd></div>
						</dl>
						{!one.current && (
							<button type="button" class="button small" aria-disabled={busy} onClick={() => end([one])}
								aria-label={ACCOUNT.ending(one.browser || ACCOUNT.unknown, one.address, timeOf(one.since))}>{ACCOUNT.end}</button>
						)}
					</li>
				))}
			</ul>
			{others.length > 1 && <p class="buttons"><button type="button" class="button" aria-disabled={busy} onClick={() => end(others)}>{ACCOUNT.endOthers}</button></p>}
		</section>
	);
}

function Account({ close, ...props }: Props & { close(): void }) {
	const dialog = useRef<HTMLDialogElement>(null);
	const [said, say] = useState('');

	/* Where the focus was, it is again when the dialog closes. */
	useLayoutEffect(() => {
		const before = document.activeElement;
		const node = dialog.current;
		node?.showModal();
		return () => {
			node?.close(); // as long as it is open, nothing outside takes the focus
			if (before instanceof HTMLElement)
				before.focus();
		};
	}, []);

	return (
		<dialog class="help account" ref={dialog} aria-labelledby="account-title" onCancel={(event) => { event.preventDefault(); close(); }}
			onKeyDown={(event) => event.stopPropagation()}>
			<div class="account-head">
				<h2 id="account-title">{ACCOUNT.title} <span class="of">{props.me.name}</span></h2>
				<button type="button" class="button" onClick={close}>{WORDS.close} <kbd>Esc</kbd></button>
			</div>
			<p class="done" role="status">{said}</p>
			<Password {...props} say={say} />
			<SecondStep {...props} say={say} />
			<Sessions {...props} say={say} />
		</dialog>
	);
}

/* In the empty search box a sign is the shortcut; a letter is what is searched for. */
function isTyped(target: EventTarget | null, key: string): boolean {
	if (!(target instanceof HTMLElement) || !/^(input|textarea|select)$/.test(target.localName))
		return false;
	return !(target instanceof HTMLInputElement && target.id === 'search' && !target.value && key.toLowerCase() === key.toUpperCase());
}

export function AccountButton({ shortcut, ...props }: Props & { shortcut: string }) {
	const [open, setOpen] = useState(false);

	useLayoutEffect(() => {
		function onKey(event: KeyboardEvent) {
			if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || keyOf(event.key) !== shortcut)
				return;
			if (isTyped(event.target, event.key) || document.querySelector('dialog[open]'))
				return;
			event.preventDefault();
			setOpen(true);
		}
		document.addEventListener('keydown', onKey);
		return () => document.removeEventListener('keydown', onKey);
	}, [shortcut]);

	return (
		<>
			<button type="button" class="button who" title={ACCOUNT.title} aria-haspopup="dialog" onClick={() => setOpen(true)}>
				{ACCOUNT.button(props.me.name)} {!props.me.password && <b class="said">{ACCOUNT.noPassword}</b>} <kbd>{shortcut.toUpperCase()}</kbd>
			</button>
			{open && <Account {...props} close={() => setOpen(false)} />}
		</>
	);
}
