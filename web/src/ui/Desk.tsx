/* 转人工: how it stands, what the operator says, and the number of who would rather be called back. */

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Heard } from '../conversation';
import type { Desk } from '../handover';
import { OFFICE_LANGUAGE, usePage } from './page';
import { Fold, Linked } from './parts';

/* Above the conversation for as long as somebody is to answer. */
export function DeskBar({ desk, typing }: { desk: Desk | null; typing: boolean }) {
	const { words } = usePage();
	const told = !desk ? '' : desk.stage === 'with' ? words.servedBy(desk.with) : desk.stage === 'waiting' ? (desk.onDuty ? words.waitingFor(desk.place) : words.waitingAway) : '';
	/* Seen, and not read out again and again. */
	return (
		<div class="desk-bar" id="desk" role="status">
			{told && <p class="column">{told}{typing && <span id="typing" aria-hidden="true">（{words.typing}）</span>}</p>}
		</div>
	);
}

function words(event: Heard, page: ReturnType<typeof usePage>['words']): string {
	const told = page.happened[event.kind] || '';
	return event.kind === 'taken' ? `${page.staff(event.from)}${told}` : told;
}

interface HeardProps {
	event: Heard;
	/* It has come onto the page, and was not there before. */
	came?(node: HTMLElement): void;
}

export function HeardView({ event, came }: HeardProps) {
	const { words: page } = usePage();
	const node = useRef<HTMLDivElement>(null);
	const told = event.kind === 'said' ? event.text : words(event, page);
	useLayoutEffect(() => {
		if (node.current && came && !event.restored)
			came(node.current);
	}, []);
	if (!told)
		return null;
	return (
		<div class={event.kind === 'said' ? 'staff' : 'happened'} id={`heard-${event.n}`} ref={node}>
			{event.kind === 'said' && <p class="label">{page.staff(event.from)}</p>}
			{event.kind === 'said' ? <p class="words" lang={OFFICE_LANGUAGE}><Linked text={told} /></p> : <p>{told}</p>}
		</div>
	);
}

function CallBackForm({ again, done }: { again: boolean; done(): void }) {
	const { words, conversation } = usePage();
	const number = useRef<HTMLInputElement>(null);
	const text = useRef<HTMLTextAreaElement>(null);
	const [state, setState] = useState<'' | 'sending' | 'bad' | 'failed'>('');
	useEffect(() => {
		if (again && number.current)
			number.current.focus();
	}, []);
	function submit(event: Event) {
		event.preventDefault();
		const given = number.current ? number.current.value.trim() : '';
		if (state === 'sending')
			return;
		if (!/^\+?[\d\s()（）-]{7,30}$/.test(given)) {
			setState('bad');
			if (number.current)
				number.current.focus();
			return;
		}
		setState('sending');
		void conversation.leaveNumber(given, text.current ? text.current.value.trim() : '').then((reason) => {
			setState(reason === 'bad_number' ? 'bad' : reason ? 'failed' : '');
			if (!reason)
				done();
		});
	}
	const said = state === 'bad' ? words.callBackBad : state === 'failed' ? words.callBackFailed : state === 'sending' ? words.callBackSending : '';
	return (
		<form class="call-back" onSubmit={submit} noValidate>
			<label for="call-back-number">{words.callBackNumber}</label>
			<input id="call-back-number" ref={number} type="tel" autocomplete="tel" maxLength={30} aria-describedby="call-back-hint call-back-said" aria-invalid={state === 'bad'} />
			<p class={said ? 'notice' : 'notice hidden-label'} id="call-back-said" role="status">{said}</p>
			<label for="call-back-text">{words.callBackText}</label>
			<textarea id="call-back-text" ref={text} rows={2} maxLength={500} />
			<p class="label" id="call-back-hint">{words.callBackHint}</p>
			<button type="submit" class="button primary">{words.callBackSend}</button>
		</form>
	);
}

/* Open where nobody is there, folded where somebody will come. */
export function CallBack({ desk, offered }: { desk: Desk | null; offered: boolean }) {
	const { words } = usePage();
	const [again, setAgain] = useState(false);
	const kept = useRef<HTMLParagraphElement>(null);
	const isOpen = !!desk && desk.callBack === 'open';
	const wasOpen = useRef(isOpen);
	/* The button that had the focus is gone. */
	useEffect(() => {
		if (isOpen && !wasOpen.current && kept.current)
			kept.current.focus({ preventScroll: true });
		wasOpen.current = isOpen;
	}, [isOpen]);
	const waiting = !!desk && desk.stage === 'waiting';
	const shown = !!desk && desk.callBack !== 'off' && (isOpen || waiting || (offered && desk.stage !== 'with'));
	const card = useRef<HTMLElement>(null);
	/* Where nobody is there, it is what can be done next. */
	useLayoutEffect(() => {
		if (card.current && offered)
			card.current.scrollIntoView({ block: 'nearest' });
	}, [shown, offered]);
	if (!shown)
		return null;
	if (isOpen && !again)
		return (
			<section class="card call-back-card" id="call-back">
				<p role="status" tabIndex={-1} ref={kept}>{words.callBackKept}</p>
				<button type="button" class="button plain" onClick={() => setAgain(true)}>{words.callBackChange}</button>
			</section>
		);
	const form = <CallBackForm again={again} done={() => setAgain(false)} />;
	return (
		<section class="card call-back-card" id="call-back" ref={card}>
			{waiting && !again ? <Fold show={words.callBack} hide={words.close}>{form}</Fold> : <><h3 class="label">{words.callBackTitle}</h3>{form}</>}
		</section>
	);
}
