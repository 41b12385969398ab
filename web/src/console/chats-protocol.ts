/* What the server says of chats that people answer: docs/openapi.yaml, docs/handover.md. */

export interface ChatRow {
	chat: string; // names the case, not the conversation
	state: 'bot' | 'waiting' | 'with' | 'closed';
	epoch: number; // every write names it
	last: number; // event that there is
	place: number;
	with: string;
	for: string; // colleague whom it waits for
	since: string;
	typing?: boolean;
}

export interface ChatEvent {
	n: number; // from 1, without a gap
	kind: string;
	id?: string; // the sender's own, of what I sent
	from: string; // operator; empty for the applicant and the service
	text: string;
	masked: boolean;
	at: string;
}

export interface EventsAnswer {
	waiting: number;
	call_backs?: number;
	chats: (ChatRow & { events: ChatEvent[] })[];
}

export interface Queue {
	waiting: ChatRow[];
	held: ChatRow[];
	call_backs?: number;
}

/* What was typed to the robot, and what it answered. */
export interface RobotTurn {
	at: string;
	question: string;
	outcome: string;
	reason: string | null;
	receipt: string;
	answers: { entry: string; question: string }[];
}

export interface Transcript {
	chat: string;
	more: boolean;
	turns: RobotTurn[];
	events: ChatEvent[];
}

export interface Colleague {
	name: string;
	held: number;
}

export interface CallBackRow {
	chat: string;
	since: string;
	text: string;
}

export type HandBackTo = 'bot' | 'queue' | 'colleague';

export const OUTCOMES = ['solved', 'unsolved', 'call_back', 'left'] as const;
export type ChatOutcome = (typeof OUTCOMES)[number];

export const CALL_OUTCOMES = ['reached', 'not_reached', 'wrong_number'] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/* Each fails with a Refusal. */
export interface ChatsApi {
	/* "CHAT.N,CHAT.N"; with `waiting` the answer comes once something differs from what is known. */
	events(after: string, waiting: number | null): Promise<EventsAnswer>;
	queue(): Promise<Queue>;
	take(chat?: string): Promise<ChatRow>;
	say(chat: string, epoch: number, id: string, text: string): Promise<ChatRow>;
	handBack(chat: string, epoch: number, to: HandBackTo, colleague?: string): Promise<ChatRow>;
	close(chat: string, epoch: number, outcome: ChatOutcome): Promise<ChatRow>;
	typing(chat: string): Promise<unknown>;
	beat(): Promise<unknown>;
	transcript(chat: string): Promise<Transcript>;
	colleagues(): Promise<{ colleagues: Colleague[] }>;
	callBacks(): Promise<{ call_backs: CallBackRow[] }>;
	callBackNumber(chat: string): Promise<{ number: string }>;
	closeCallBack(chat: string, outcome: CallOutcome): Promise<unknown>;
}
