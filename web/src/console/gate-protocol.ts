/* The gate: what a draft changes in what people get, as the server says it: docs/openapi.yaml. */

import { send } from './api';
import type { Trial } from './authoring-protocol';
import type { Verdict } from './protocol';

export interface GateCandidate {
	entry: string;
	number: number | null;
	question: string;
	case: string | null;
	confidence: number;
	by: 'prompt' | 'pattern' | 'search' | 'choice';
	spoke: string | null;
}

export interface GateReply {
	outcome: string;
	topic: string | null;
	answers: GateCandidate[];
	choices: GateCandidate[];
}

export type GateKind = 'lost' | 'entry' | 'case' | 'gained' | 'offered' | 'words';

export interface GateChange {
	question: string;
	asked: number; // 0: a sentence of the knowledge
	kind: GateKind;
	golden: boolean;
	before: GateReply;
	after: GateReply;
	cause: { entry: string; member: string; text: string; change: 'added' | 'removed' } | null;
}

export interface GateVerdict {
	entry: string;
	number: number | null;
	from: 'sample' | 'atlas';
	today: string;
	facts: unknown;
	records: number; // so many of the atlas turn the same way
	cases: { case: string; before: Verdict | 'none'; after: Verdict | 'none' }[];
}

export interface GateResult {
	live: string;
	draft: string;
	passed: boolean;
	chooses_alike: boolean;
	trivial: boolean;
	questions: number;
	asked: number;
	lost: number;
	kinds: Partial<Record<GateKind, { questions: number; asked: number }>>;
	changes: GateChange[];
	more: number;
	verdicts: GateVerdict[];
	more_verdicts: number;
	golden: string[];
	took_ms: number;
}

/* As the server decides it; not of a file of the office, which always needs a second person. */
export function mayGoAlone({ trivial, chooses_alike }: GateResult): boolean {
	return trivial && chooses_alike;
}

export interface GateRun {
	state: 'none' | 'running' | 'done' | 'ended' | 'failed';
	done: number;
	total: number; // 0: they are being gathered
	result: GateResult | null;
}

export const gateOf = (csrf: string) => ({
	begin: (trial: Trial, latest?: number) => send('POST', 'authoring/replay', latest === undefined ? trial : { ...trial, latest }, csrf) as Promise<GateRun>,
	look: () => send('GET', 'authoring/replayed') as Promise<GateRun>,
});

export type Gate = ReturnType<typeof gateOf>;
