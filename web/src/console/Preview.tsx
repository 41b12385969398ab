/* Asks what is being edited while one types, beside what is live; and tries its rules on records. */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Refusal } from './api';
import type { Authoring, Preview as Previewed, PreviewReply, Trial, Tried } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import type { Edit } from './edits';
import { latest } from './latest';

const PAUSE_MS = 250;

export function trialOf({ entry, members, kind, collection }: Edit): Trial {
	return { entry, members, kind, ...(collection === null ? {} : { collection }) };
}

export function Reply({ reply }: { reply: PreviewReply }) {
	const heads = reply.outcome === 'answer' ? reply.answers : [];
	return (
		<div class="judged">
			<p><b>{AUTHORING.outcomes[reply.outcome] ?? reply.outcome}</b>
				{heads.map((one) => <span key={one.entry}> {AUTHORING.number(one.number)}{one.case && AUTHORING.caseOf(one.case)} <span class="of">{AUTHORING.confidence(one.confidence)}</span></span>)}
			</p>
			<p class="preview-text">{reply.text}</p>
		</div>
	);
}

interface Props {
	api: Authoring;
	edit: Edit;
	expired(): void;
}

export function Preview({ api, edit, expired }: Props) {
	const [text, setText] = useState('');
	const [shown, setShown] = useState<Previewed | null>(null);
	const [said, say] = useState('');
	const [waiting, setWaiting] = useState(false);
	const asking = useMemo(() => latest(
		(key: string) => api.preview(JSON.parse(key) as Trial & { text: string }),
		(_key, answer: Previewed) => {
			setShown(answer);
			setWaiting(false);
			say('');
		},
		(refusal: Refusal) => {
			setShown(null);
			setWaiting(false);
			if (refusal.status === 401)
				expired();
			else
				say(refusal.reason === 'invalid_draft' ? AUTHORING.previewBad : AUTHORING.previewFailed);
		},
	), [edit.entry]);

	useEffect(() => {
		if (!text.trim()) {
			asking.forget();
			setShown(null);
			setWaiting(false);
			say('');
			return undefined;
		}
		setWaiting(true);
		const timer = setTimeout(() => asking.want(JSON.stringify({ ...trialOf(edit), text: text.trim() })), PAUSE_MS);
		return () => clearTimeout(timer);
	}, [text, edit.members, edit.entry]);

	useEffect(() => () => asking.forget(), [asking]);

	return (
		<section class="try-it" aria-labelledby="preview-title">
			<h3 id="preview-title">{AUTHORING.preview}</h3>
			<p class="hint">{AUTHORING.previewHint}</p>
			<label for="preview-text">{AUTHORING.previewAsk}</label>
			<input id="preview-text" class="field" type="text" autocomplete="off" maxLength={4000} value={text} onInput={(event) => setText(event.currentTarget.value)} />
			<p class="hint" role="status">{waiting ? AUTHORING.previewWait : shown ? AUTHORING.kinds[shown.kind] : said}</p>
			{shown && (
				<>
					<h4>{AUTHORING.previewDraft}</h4>
					<Reply reply={shown.reply} />
					{shown.kind !== 'none' && (
						<>
							<h4>{AUTHORING.previewLive}</h4>
							<Reply reply={shown.live} />
						</>
					)}
					{shown.why.ranking.length > 0 && (
						<details>
							<summary>{AUTHORING.previewBy}</summary>
							<ol class="plain-lines">
								{shown.why.ranking.map((one) => (
									<li key={one.entry}>{AUTHORING.number(one.number)} {one.question} <span class="of">{AUTHORING.confidence(one.confidence)}，{AUTHORING.by[one.by] ?? one.by}{one.spoke && `：${one.spoke}`}</span></li>
								))}
							</ol>
						</details>
					)}
				</>
			)}
		</section>
	);
}

/* ---- Rules ---- */

function factsIn(text: string): unknown {
	const read: unknown = JSON.parse(text);
	if (!read || typeof read !== 'object' || Array.isArray(read))
		throw new SyntaxError();
	return read;
}

function TriedTable({ tried }: { tried: Tried }) {
	return (
		<div class="scroll-table" tabIndex={0} role="group" aria-label={AUTHORING.tryTitle}>
			<table class="table">
				<thead><tr>{[AUTHORING.tryRecord, AUTHORING.tryCase, AUTHORING.tryVerdict, AUTHORING.tryBecause, AUTHORING.tryLive].map((title) => <th key={title} scope="col">{title}</th>)}</tr></thead>
				<tbody>
					{tried.records.flatMap((record, index) => record.cases.map((one, at) => (
						<tr key={`${index} ${one.id}`}>
							{at === 0 && <th scope="rowgroup" rowSpan={record.cases.length}>{record.name || AUTHORING.tryGiven}</th>}
							<td>{one.label}</td>
							<td>{AUTHORING.verdicts[one.verdict]}</td>
							<td>{one.because}</td>
							<td>{one.live === null ? AUTHORING.verdicts.none : one.live === one.verdict ? '' : <b class="said">{AUTHORING.tryChanged}：{AUTHORING.verdicts[one.live]}</b>}</td>
						</tr>
					)))}
				</tbody>
			</table>
		</div>
	);
}

export function RuleTry({ api, edit, expired }: Props) {
	const [text, setText] = useState('');
	const [tried, setTried] = useState<Tried | null>(null);
	const [said, say] = useState('');
	const mine = useRef(0);

	async function run() {
		const turn = ++mine.current;
		let facts;
		try {
			facts = text.trim() ? factsIn(text) : undefined;
		} catch {
			say(AUTHORING.tryBadFacts);
			return;
		}
		say(AUTHORING.previewWait);
		try {
			const answer = await api.tryRules({ entry: edit.entry, members: edit.members, ...(facts === undefined ? {} : { facts }) });
			if (turn !== mine.current)
				return;
			setTried(answer);
			say(answer.records.length ? '' : AUTHORING.tryNone);
		} catch (error) {
			const refusal = error as Refusal;
			if (turn !== mine.current)
				return;
			setTried(null);
			if (refusal.status === 401)
				expired();
			else
				say(refusal.reason === 'invalid_draft' ? AUTHORING.previewBad : AUTHORING.refusals[refusal.reason] ?? AUTHORING.previewFailed);
		}
	}

	return (
		<details class="try-it rules">
			<summary>{AUTHORING.tryTitle}</summary>
			<p class="hint" id="try-hint">{AUTHORING.tryHint}</p>
			<label for="try-facts">{AUTHORING.tryFacts}</label>
			<textarea id="try-facts" class="field code" rows={3} spellcheck={false} aria-describedby="try-hint" value={text} onInput={(event) => setText(event.currentTarget.value)} />
			<p><button type="button" class="button" onClick={() => void run()}>{AUTHORING.tryRun}</button> <span class="said" role="status">{said}</span></p>
			{tried && tried.records.length > 0 && <TriedTable tried={tried} />}
		</details>
	);
}
