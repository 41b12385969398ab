/* Which channels are on, and the notice that all of them show (docs/openapi.yaml). */

import { send } from './api';

export interface Channel {
	channel: string;
	configured: boolean;
	on: boolean;
	by: string | null; // who switched it off, and when
	since: string | null;
	today: number | null; // turns since midnight
	last: string | null;
}

export interface Notice {
	text: string;
	from: string;
	until: string | null;
	by: string;
	at: string;
	shown: boolean; // it has begun
}

export interface Bulletin {
	channels: Channel[];
	notice: Notice | null;
}

export interface ChannelsApi {
	look(): Promise<Bulletin>;
	turn(channel: string, on: boolean): Promise<Bulletin>;
	putUp(text: string, from: string | null, until: string | null): Promise<Bulletin>;
	takeDown(): Promise<Bulletin>;
}

export function channelsOf(csrf: string): ChannelsApi {
	return {
		look: () => send('GET', 'channels') as Promise<Bulletin>,
		turn: (channel, on) => send('POST', 'channels/switch', { channel, on }, csrf) as Promise<Bulletin>,
		putUp: (text, from, until) => send('POST', 'notice', { text, from, until }, csrf) as Promise<Bulletin>,
		takeDown: () => send('POST', 'notice/end', {}, csrf) as Promise<Bulletin>,
	};
}
