/* Who is to be called back: what they want to know, and the number for who asks for it. */

import { useEffect, useState } from 'preact/hooks';
import type { Refusal } from './api';
import { timeline } from './board';
import { CALL_OUTCOMES, type CallBackRow, type ChatsApi, type Transcript } from './chats-protocol';
import { CHATS } from './chats-words';
import { minuteOf } from '../time';

interface Props {
	desk: ChatsApi;
	count: number; // changes when one is left or closed
	back(): void;
	fail(refusal: Refusal): void;
	say(words: string): void;
	changed(): void; // there is one less
}

function Before({ transcript }: { transcript: Transcript }) {
	const words = timeline(transcript.turns, transcript.events).flatMap((line) => (line.kind === 'asked' || line.kind === 'said' ? [line] : []));
	return <ol class="before">{words.map(({ key, kind, text }) => <li key={key}><span class="of">{kind === 'asked' ? CHATS.applicant : CHATS.me}</span> {text}</li>)}</ol>;
}

function Row({ row, desk, fail, done }: { row: CallBackRow; desk: ChatsApi; fail(refusal: Refusal): void; done(): void }) {
	const [number, setNumber] = useState('');
	const [transcript, setTranscript] = useState<Transcript | null>(null);

	async function attempt(what: () => Promise<void>) {
		try {
			await what();
		} catch (error) {
			fail(error as Refusal);
		}
	}

	return (
		<li class="call">
			<p><b>{CHATS.label(row.chat)}</b> <span class="of">{CHATS.left(minuteOf(row.since))}</span></p>
			<p class="words">{row.text || CHATS.noText}</p>
			<p class="options">
				{number ? <b class="number">{number}</b>
					: <button type="button" class="button small" onClick={() => void attempt(async () => { setNumber((await desk.callBackNumber(row.chat)).number); })}>{CHATS.showNumber}</button>}
				{!transcript && <button type="button" class="button small" onClick={() => void attempt(async () => { setTranscript(await desk.transcript(row.chat)); })}>{CHATS.before}</button>}
				<span class="of">{CHATS.callDone}</span>
				{CALL_OUTCOMES.map((outcome) => (
					<button key={outcome} type="button" class="button small" onClick={() => void attempt(async () => { await desk.closeCallBack(row.chat, outcome); done(); })}>{CHATS.callOutcomes[outcome]}</button>
				))}
			</p>
			{transcript && <Before transcript={transcript} />}
		</li>
	);
}

export function CallBacks({ desk, count, back, fail, say, changed }: Props) {
	const [rows, setRows] = useState<CallBackRow[] | null>(null);

	async function look() {
		try {
			setRows((await desk.callBacks()).call_backs);
		} catch (error) {
			fail(error as Refusal);
		}
	}

	useEffect(() => { void look(); }, [count]);

	function done(chat: string) {
		setRows((now) => now && now.filter((row) => row.chat !== chat));
		say(CHATS.callClosed);
		changed();
	}

	return (
		<div class="call-backs">
			<div class="talk-head">
				<h2>{CHATS.callBacksTitle}</h2>
				<button type="button" class="button small" onClick={back}>{CHATS.back}</button>
			</div>
			<p class="hint">{CHATS.numberHint}</p>
			{rows?.length === 0 && <p>{CHATS.callBacksNone}</p>}
			<ul>{rows?.map((row) => <Row key={row.chat} row={row} desk={desk} fail={fail} done={() => done(row.chat)} />)}</ul>
		</div>
	);
}
