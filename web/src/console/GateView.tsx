/*
 * What a draft changes in what people get: all that they asked is replayed on it, and each question
 * whose answer changes is shown old beside new, the gravest first, with the sentence that did it.
 */

import { useEffect, useRef, useState } from 'preact/hooks';
import { Refusal } from './api';
import type { Trial } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { mayGoAlone, type Gate, type GateChange, type GateKind, type GateReply, type GateResult, type GateRun, type GateVerdict } from './gate-protocol';

const LOOK_MS = 250;
const KINDS: GateKind[] = ['lost', 'entry', 'case', 'gained', 'offered', 'words'];

function ReplyWords({ reply }: { reply: GateReply }) {
	const list = reply.outcome === 'choose' ? reply.choices : reply.answers;
	return (
		<>
			{AUTHORING.outcomes[reply.outcome] ?? reply.outcome}
			{reply.topic !== null && <span class="of"> {reply.topic}</span>}
			{list.map((one) => <span key={one.entry} class="entry-name" title={one.question}>{AUTHORING.number(one.number) || one.question}{one.case && AUTHORING.caseOf(one.case)}{reply.outcome === 'answer' && <span class="of"> {AUTHORING.confidence(one.confidence)}</span>}</span>)}
		</>
	);
}

function Cause({ cause }: { cause: GateChange['cause'] }) {
	if (!cause)
		return null;
	const member = AUTHORING.causeMembers[cause.member] ?? cause.member;
	return <>{cause.change === 'added' ? AUTHORING.causeAdded(member, cause.text) : AUTHORING.causeRemoved(member, cause.text)}</>;
}

function ChangeTable({ changes, more }: { changes: GateChange[]; more: number }) {
	return (
		<>
			<div class="scroll-table" tabIndex={0} role="group" aria-label={AUTHORING.gate}>
				<table class="table">
					<thead><tr>{[AUTHORING.gateQuestion, AUTHORING.gateAsked, AUTHORING.gateOld, AUTHORING.gateNew, AUTHORING.gateCause].map((title) => <th key={title} scope="col">{title}</th>)}</tr></thead>
					<tbody>
						{changes.map((change) => (
							<tr key={change.question}>
								<th scope="row">{change.question} <span class={change.kind === 'lost' ? 'tag bad' : 'tag'}>{AUTHORING.gateKinds[change.kind]}</span>{change.golden && <span class="tag bad">{AUTHORING.golden}</span>}</th>
								<td>{AUTHORING.gateTimes(change.asked)}</td>
								<td><ReplyWords reply={change.before} /></td>
								<td><ReplyWords reply={change.after} /></td>
								<td><Cause cause={change.cause} /></td>
							</tr>
						))}
					</tbody>
				</table>
			</div>
			{more > 0 && <p class="hint">{AUTHORING.gateMore(more)}</p>}
		</>
	);
}

function Verdicts({ verdicts, more }: { verdicts: GateVerdict[]; more: number }) {
	return (
		<section>
			<h4>{AUTHORING.gateVerdicts}</h4>
			<ul class="plain-lines">
				{verdicts.map((one, index) => (
					<li key={index}>
						{AUTHORING.gateFrom[one.from]}{one.records > 1 && AUTHORING.gateRecords(one.records)} {AUTHORING.number(one.number)}
						{one.cases.map((change) => <span key={change.case} class="entry-name">{AUTHORING.caseOf(change.case)}：{AUTHORING.verdicts[change.before]} → {AUTHORING.verdicts[change.after]}</span>)}
						<details><summary>{AUTHORING.tryRecord}</summary><pre class="code" tabIndex={0}>{JSON.stringify(one.facts, null, 2)}</pre></details>
					</li>
				))}
			</ul>
			{more > 0 && <p class="hint">{AUTHORING.gateMore(more)}</p>}
		</section>
	);
}

/* `alone`: who reads it had a part in the draft, and may approve. */
export function GateSummary({ result, alone }: { result: GateResult; alone: boolean }) {
	return (
		<>
			{!result.passed && (
				<div class="notice">
					<p>{AUTHORING.gateBlocked}</p>
					<ul class="plain-lines">{result.golden.map((one) => <li key={one}>{one}</li>)}</ul>
				</div>
			)}
			<p>{AUTHORING.gateDone(result.questions, result.asked)}{result.chooses_alike ? AUTHORING.gateSame : result.changes.length + result.verdicts.length === 0 ? AUTHORING.gateNone : ''}{alone && mayGoAlone(result) && AUTHORING.gateAlone}</p>
			<ul class="figures">
				{KINDS.flatMap((kind) => {
					const count = result.kinds[kind];
					return count && count.questions ? [<li key={kind} class={`kind-${kind}`}><b>{AUTHORING.gateKinds[kind]}</b> {AUTHORING.gateCount(count.questions, count.asked)}</li>] : [];
				})}
			</ul>
		</>
	);
}

/* A run of the gate for this trial: begun when it changes, followed to its end. */
export function useGate(gate: Gate, trial: Trial | null, latest: number | undefined, pauseMs: number, expired: () => void): { run: GateRun | null; refused: Refusal | null; again(): void } {
	const [run, setRun] = useState<GateRun | null>(null);
	const [refused, setRefused] = useState<Refusal | null>(null);
	const [time, setTime] = useState(0);
	const mine = useRef(0);
	const key = JSON.stringify(trial);

	useEffect(() => {
		const turn = ++mine.current;
		if (!trial)
			return undefined;
		const wanted = trial;
		const rest = (ms: number) => new Promise((resolve) => { setTimeout(resolve, ms); });
		async function follow() {
			await rest(pauseMs);
			try {
				for (let now = turn === mine.current ? await gate.begin(wanted, latest) : null; now && turn === mine.current; now = await gate.look()) {
					setRefused(null);
					setRun(now);
					if (now.state !== 'running')
						return;
					await rest(LOOK_MS);
				}
			} catch (error) {
				const refusal = error as Refusal;
				if (turn !== mine.current)
					return;
				setRun(null);
				if (refusal.status === 401)
					expired();
				else
					setRefused(refusal);
			}
		}
		void follow();
		return () => { mine.current++; };
	}, [key, time]);

	return { run, refused, again: () => setTime(time + 1) };
}

function Progress({ done, total }: { done: number; total: number }) {
	return (
		<p>
			{AUTHORING.gateRunning(done, total)}
			{' '}<progress aria-label={AUTHORING.gate} max={total || 1} value={total ? done : undefined} />
		</p>
	);
}

/* How far it is, or what came of it. */
function Told({ run, refused, alone }: { run: GateRun | null; refused: Refusal | null; alone: boolean }) {
	if (refused)
		return <p class="said">{AUTHORING.refusals[refused.reason] ?? AUTHORING.gateFailed}</p>;
	if (!run || run.state === 'running' || run.state === 'none')
		return <Progress done={run?.done ?? 0} total={run?.total ?? 0} />;
	if (run.state !== 'done')
		return <p class="said">{run.state === 'ended' ? AUTHORING.gateEnded : AUTHORING.gateFailed}</p>;
	return run.result && <GateSummary result={run.result} alone={alone} />;
}

/* All of it, for who decides. */
export function GateView({ gate, trial, alone, expired }: { gate: Gate; trial: Trial; alone: boolean; expired(): void }) {
	const { run, refused, again } = useGate(gate, trial, undefined, 0, expired);
	const bad = refused || run?.state === 'ended' || run?.state === 'failed';
	const result = refused ? null : run?.result;
	return (
		<section aria-labelledby="gate-title" class="gate">
			<h3 id="gate-title">{AUTHORING.gate}</h3>
			<div role="status"><Told run={run} refused={refused} alone={alone} /></div>
			{bad && <p><button type="button" class="button" onClick={again}>{AUTHORING.gateAgain}</button></p>}
			{result && result.changes.length > 0 && <ChangeTable changes={result.changes} more={result.more} />}
			{result && result.verdicts.length > 0 && <Verdicts verdicts={result.verdicts} more={result.more_verdicts} />}
		</section>
	);
}

const PAUSE_MS = 1000;
const LATEST = 10000; // turns of the journal, while one types

/* What an editor sees of it while typing. */
export function GateWhileTyping({ gate, trial, alone, expired }: { gate: Gate; trial: Trial | null; alone: boolean; expired(): void }) {
	const { run, refused } = useGate(gate, trial, LATEST, PAUSE_MS, expired);
	const result = run?.result;
	if (!trial || (refused && refused.reason !== 'invalid_draft'))
		return null;
	return (
		<section class="try-it" aria-labelledby="typing-gate">
			<h3 id="typing-gate">{AUTHORING.gate}</h3>
			<div role="status">
				{refused && <p class="hint">{AUTHORING.previewBad}</p>}
				{result && <GateSummary result={result} alone={alone} />}
			</div>
			{run?.state === 'running' && <p class="hint">{AUTHORING.gateRunning(run.done, run.total)}</p>}
			{result && (
				<ul class="plain-lines">
					{result.changes.slice(0, 10).map((change) => (
						<li key={change.question}><span class={change.kind === 'lost' ? 'tag bad' : 'tag'}>{AUTHORING.gateKinds[change.kind]}</span> {change.question} <span class="of">{change.asked > 0 && AUTHORING.gateTimes(change.asked)} <Cause cause={change.cause} /></span></li>
					))}
				</ul>
			)}
			{result && result.changes.length > 10 && <p class="hint">{AUTHORING.gateMore(result.changes.length + result.more - 10)}</p>}
		</section>
	);
}
