/* The channels: which are on, and when each was last used; the switch; and the emergency notice. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { minuteOf, momentOf } from '../time';
import type { Refusal } from './api';
import { channelsOf, type Bulletin, type Channel, type ChannelsApi, type Notice } from './channels-protocol';
import { CHANNELS, NOTICE_MOST } from './channels-words';

interface Props {
	csrf: string;
	hidden: boolean;
	expired(): void;
}

type Act = (what: Promise<Bulletin>, done: string) => void;

const nameOf = ({ channel }: Channel) => CHANNELS.names[channel] || channel;

function Row({ one, api, act }: { one: Channel; api: ChannelsApi; act: Act }) {
	const [asking, ask] = useState(false);
	const sure = useRef<HTMLButtonElement>(null);
	const name = nameOf(one);
	useLayoutEffect(() => {
		if (asking)
			sure.current?.focus();
	}, [asking]);
	function turn(on: boolean) {
		ask(false);
		act(api.turn(one.channel, on), on ? CHANNELS.turnedOn(name) : CHANNELS.turnedOff(name));
	}
	return (
		<li class="channel">
			<b>{name}</b>
			<span class={one.on ? 'state' : 'state said'}>{one.on ? CHANNELS.on : CHANNELS.off}</span>
			<span class="hint">
				{one.by && one.since ? CHANNELS.offBy(one.by, minuteOf(one.since))
					: one.last ? `${one.today ? `${CHANNELS.today(one.today)}，` : ''}${CHANNELS.last(minuteOf(one.last))}` : CHANNELS.never}
			</span>
			<span class="acts">
				{!one.on ? <button type="button" class="button small" aria-label={CHANNELS.turnOnName(name)} onClick={() => turn(true)}>{CHANNELS.turnOn}</button>
					: asking ? (
						<>
							<button type="button" class="button small danger" ref={sure} aria-label={CHANNELS.sureName(name)} onClick={() => turn(false)}>{CHANNELS.sure}</button>
							<button type="button" class="button small" onClick={() => ask(false)}>{CHANNELS.keep}</button>
						</>
					) : <button type="button" class="button small" aria-label={CHANNELS.turnOffName(name)} onClick={() => ask(true)}>{CHANNELS.turnOff}</button>}
			</span>
		</li>
	);
}

function Standing({ notice, api, act }: { notice: Notice; api: ChannelsApi; act: Act }) {
	return (
		<div class="standing">
			<p class="standing-text">{notice.text}</p>
			<p class="hint">
				{notice.shown ? CHANNELS.shown : CHANNELS.planned}：{CHANNELS.shownFrom(minuteOf(notice.from))}，{notice.until ? CHANNELS.shownUntil(minuteOf(notice.until)) : CHANNELS.shownOn}。{CHANNELS.putBy(notice.by, minuteOf(notice.at))}
			</p>
			<button type="button" class="button" onClick={() => act(api.takeDown(), CHANNELS.isDown)}>{CHANNELS.takeDown}</button>
		</div>
	);
}

function Form({ standing, api, act, fail }: { standing: boolean; api: ChannelsApi; act: Act; fail(words: string): void }) {
	const [text, setText] = useState('');
	const [from, setFrom] = useState('');
	const [until, setUntil] = useState('');
	const field = useRef<HTMLTextAreaElement>(null);
	function submit(event: Event) {
		event.preventDefault();
		const words = text.replace(/\s+/g, ' ').trim();
		const begins = momentOf(from);
		const ends = momentOf(until);
		if (!words) {
			fail(CHANNELS.noText);
			field.current?.focus();
			return;
		}
		if (ends && (Date.parse(ends) <= Date.now() || (begins && ends <= begins))) {
			fail(CHANNELS.badTimes);
			return;
		}
		act(api.putUp(words, begins, ends).then((bulletin) => {
			setText('');
			setFrom('');
			setUntil('');
			return bulletin;
		}), CHANNELS.isUp);
	}
	return (
		<form class="notice-form" onSubmit={submit} noValidate>
			<label for="notice-text">{CHANNELS.text}</label>
			<textarea id="notice-text" ref={field} class="field" rows={3} maxLength={NOTICE_MOST} placeholder={CHANNELS.example} aria-describedby="notice-left"
				value={text} onInput={(event) => setText(event.currentTarget.value)} />
			<p class="hint" id="notice-left">{CHANNELS.textHint(NOTICE_MOST - Array.from(text).length)}</p>
			<div class="times">
				<label>{CHANNELS.from}<input type="datetime-local" class="field" id="notice-from" value={from} onInput={(event) => setFrom(event.currentTarget.value)} /></label>
				<label>{CHANNELS.until}<input type="datetime-local" class="field" id="notice-until" value={until} onInput={(event) => setUntil(event.currentTarget.value)} /></label>
			</div>
			<button type="submit" class="button primary">{standing ? CHANNELS.replace : CHANNELS.putUp}</button>
		</form>
	);
}

export function ChannelsView({ csrf, hidden, expired }: Props) {
	const [bulletin, setBulletin] = useState<Bulletin | null>(null);
	const [said, say] = useState('');
	const [failed, setFailed] = useState(false);
	const api = useMemo(() => channelsOf(csrf), [csrf]);

	function fail(words: string) {
		setFailed(true);
		say(words);
	}

	const act: Act = (what, done) => {
		what.then((now) => {
			setBulletin(now);
			setFailed(false);
			say(done);
		}, (error: unknown) => {
			const refusal = error as Refusal;
			if (refusal.status === 401)
				expired();
			else
				fail(refusal.words || CHANNELS.failed);
		});
	};

	useEffect(() => {
		if (!hidden)
			act(api.look(), '');
	}, [hidden]);

	const there = bulletin?.channels.filter((one) => one.configured || !one.on) ?? [];
	const others = bulletin?.channels.filter((one) => !there.includes(one)) ?? [];
	return (
		<main class="channels" hidden={hidden}>
			<p class="today-head">
				<button type="button" class="button small" onClick={() => act(api.look(), '')}>{CHANNELS.refresh}</button>
				<span class={failed ? 'said' : 'told'} role="status">{said}</span>
			</p>
			{bulletin && (
				<div class="columns">
					<section aria-labelledby="channels-title">
						<h2 id="channels-title">{CHANNELS.title}</h2>
						<p class="hint">{CHANNELS.hint}</p>
						<ul>{there.map((one) => <Row key={one.channel} one={one} api={api} act={act} />)}</ul>
						{others.length > 0 && <p class="hint">{CHANNELS.others}：{others.map(nameOf).join('、')}</p>}
					</section>
					<section aria-labelledby="notice-title">
						<h2 id="notice-title">{CHANNELS.notice}</h2>
						<p class="hint">{CHANNELS.noticeHint}</p>
						{bulletin.notice ? <Standing notice={bulletin.notice} api={api} act={act} /> : <p>{CHANNELS.none}</p>}
						<Form standing={!!bulletin.notice} api={api} act={act} fail={fail} />
					</section>
				</div>
			)}
		</main>
	);
}
