/* The views of the console, and the keys that lead to them: function keys, so that they also work while somebody types. */

import { useLayoutEffect } from 'preact/hooks';
import { CHATS } from './chats-words';
import { PERSON } from './person-words';
import type { Me } from './protocol';

export type View = keyof typeof PERSON.views;

const VIEWS: { view: View; key: string; may: string }[] = [
	{ view: 'desk', key: 'F2', may: 'look_up' },
	{ view: 'person', key: 'F4', may: 'read_record' },
	{ view: 'today', key: 'F8', may: 'see_today' },
	{ view: 'chats', key: 'F9', may: 'hold_chat' },
	{ view: 'asked', key: 'F10', may: 'read_asked' },
	{ view: 'edit', key: 'F3', may: 'read_draft' },
	{ view: 'review', key: 'F7', may: 'review_draft' },
	{ view: 'channels', key: 'F6', may: 'switch_channel' },
];

export function isView(me: Me, view: View): boolean {
	return VIEWS.some((one) => one.view === view && me.may.includes(one.may)) && (view !== 'person' || me.records);
}

interface Props {
	me: Me;
	view: View;
	chats: number | null; // that want something; null: there are none at all
	show(view: View): void;
}

export function Views({ me, view, chats, show }: Props) {
	const shown = VIEWS.filter((one) => isView(me, one.view) && (one.view !== 'chats' || chats !== null));

	useLayoutEffect(() => {
		function onKey(event: KeyboardEvent) {
			const one = event.ctrlKey || event.altKey || event.metaKey || event.shiftKey ? undefined : shown.find(({ key }) => key === event.key);
			if (!one || document.querySelector('dialog[open]'))
				return;
			event.preventDefault();
			show(one.view);
		}
		document.addEventListener('keydown', onKey);
		return () => document.removeEventListener('keydown', onKey);
	}, [me, chats !== null]);

	return (
		<nav class="views" aria-label={PERSON.viewsName}>
			{shown.map((one) => (
				<button key={one.view} type="button" class="button" aria-current={one.view === view ? 'page' : undefined} onClick={() => show(one.view)}>
					<kbd>{one.key}</kbd> {PERSON.views[one.view]}
					{one.view === 'chats' && !!chats && <span class="badge" aria-label={CHATS.badge(chats)}>{chats}</span>}
				</button>
			))}
		</nav>
	);
}
