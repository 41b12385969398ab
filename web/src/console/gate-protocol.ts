/* The gate: what a draft changes in what people get, as the server says it: docs/openapi.yaml. */

import { send } from './api';
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
	change: GateKind;
	golden: boolean;
	old: GateReply;
	new: GateReply;
	cause: { entry: string; member: string; text: string; change: 'added' | 'removed' } | null;
}

export interface GateVerdict {
	entry: string;
	from: 'sample' | 'atlas';
	facts: unknown;
	note: string | null;
	cases: { case: string; old: Verdict | 'none'; new: Verdict | 'none' }[];
}

export interface GateResult {
	live: string;
	content: string;
	questions: number;
	asked: number;
	same_choice: boolean;
	blocked: boolean;
	kinds: Partial<Record<GateKind, { questions: number; asked: number }>>;
	changes: GateChange[];
	more: number;
	verdicts: GateVerdict[];
	golden: string[];
	took_ms: number;
}

export interface GateRun {
	draft: string;
	state: 'running' | 'done' | 'ended' | 'failed';
	done: number;
	total: number;
	faults?: string[];
	result: GateResult | null;
}

export const gate = {
	begin: (draft: string, csrf: string, latest?: number) => send('POST', 'gate', latest === undefined ? { draft } : { draft, latest }, csrf) as Promise<GateRun>,
	look: (draft: string) => send('GET', `gate/${encodeURIComponent(draft)}`) as Promise<GateRun>,
};
