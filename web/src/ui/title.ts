/* The tab's title: the office's, and how many replies came while somebody looked at another tab. */

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { wordsFor, type Turn } from '../conversation';
import type { Words } from '../words';

export function useTitle(title: string, turns: Turn[], words: Words): void {
	const replies = wordsFor(turns);
	const seen = useRef(replies);
	const [hidden, setHidden] = useState(document.visibilityState === 'hidden');
	useEffect(() => {
		document.addEventListener('visibilitychange', () => setHidden(document.visibilityState === 'hidden'));
	}, []);
	if (!hidden)
		seen.current = replies;
	const unread = replies - seen.current;
	useLayoutEffect(() => {
		document.title = (unread > 0 ? words.unread(unread) : '') + title;
	}, [unread, title]);
}
