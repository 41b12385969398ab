/* What the office calls the channel that a question came by. */

import { ASKED } from './asked-words';
import { WORDS } from './words';

const OF_KEY = 'key:'; // a key that is called as a platform is

export function channelName(channel: string): string {
	return channel.startsWith(OF_KEY) ? WORDS.ofKey(channel.slice(OF_KEY.length)) : ASKED.channels[channel] ?? channel;
}
