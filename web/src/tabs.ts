/* Two tabs never share a conversation: the one that was opened later, a copy, is told to part. */

import type { Conversation } from './conversation';

interface Word {
	type: 'whose' | 'mine';
	name: string;
}

/* Old browsers know no channel between tabs; there only a copy of a tab in the background shares. */
export function keepApart(conversation: Pick<Conversation, 'name' | 'part'>): void {
	const Channel = window.BroadcastChannel as (typeof window.BroadcastChannel) | undefined;
	if (!Channel)
		return;
	const channel = new Channel('dayi-tabs');
	channel.onmessage = (event: MessageEvent<Word>) => {
		const { type, name } = event.data;
		if (name !== conversation.name())
			return;
		if (type === 'whose')
			channel.postMessage({ type: 'mine', name });
		else
			conversation.part();
	};
	channel.postMessage({ type: 'whose', name: conversation.name() });
}
