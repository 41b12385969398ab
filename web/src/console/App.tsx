/* The whole console: who is there, and what they see. */

import { useEffect, useState } from 'preact/hooks';
import { AskedView } from './AskedView';
import type { Api } from './api';
import type { Refusal } from './api';
import { ChannelsView } from './ChannelsView';
import { ChatsView } from './ChatsView';
import { Desk } from './Desk';
import { EditView } from './EditView';
import type { Wish } from './Fates';
import { PersonView } from './PersonView';
import type { Me } from './protocol';
import { ReviewView } from './ReviewView';
import { keepKeys, readKeys, type Keys } from './shortcuts';
import { refusalWords, SignIn } from './SignIn';
import { TodayView } from './TodayView';
import { forgetDrafts, useBoard, waitingFor } from './use-board';
import { isView, Views, type View } from './Views';
import { WORDS } from './words';

type Who = { state: 'opening' } | { state: 'out'; notice: string } | { state: 'broken'; notice: string } | { state: 'in'; me: Me };

interface Props {
	api: Api;
	link: string; // token of a sign-in link, or empty
}

export function App({ api, link }: Props) {
	const [who, setWho] = useState<Who>({ state: 'opening' });
	const [view, setView] = useState<View>('desk');
	const [wish, setWish] = useState<Wish | null>(null); // from what was asked, for the editor
	const [keys, setKeys] = useState<Keys>(readKeys);
	const chats = useBoard(who.state === 'in' ? who.me : null, expired);

	/* `notice` is shown where nobody is signed in. */
	async function look(notice: string): Promise<void> {
		try {
			const me = await api.who();
			setWho(me ? { state: 'in', me } : { state: 'out', notice });
		} catch (error) {
			setWho({ state: 'broken', notice: refusalWords(error as Refusal) });
		}
	}

	async function open(): Promise<void> {
		let notice = '';
		setWho({ state: 'opening' });
		if (link)
			await api.signInByLink(link).catch((error: unknown) => { notice = refusalWords(error as Refusal); });
		await look(notice);
	}

	async function signOut(me: Me): Promise<void> {
		setView('desk');
		forgetDrafts();
		await api.signOut(me.csrf).catch(() => undefined);
		await look('');
	}

	useEffect(() => { void open(); }, []);

	function expired() {
		setView('desk');
		setWho({ state: 'out', notice: WORDS.signedOut });
	}

	function changeKeys(changed: Keys) {
		setKeys(changed);
		keepKeys(changed);
	}

	if (who.state === 'in')
		return (
			<Desk api={api} me={who.me} keys={keys} changeKeys={changeKeys} chats={!!chats} renew={() => void look('')} hidden={view !== 'desk'} views={<Views me={who.me} view={view} chats={chats ? waitingFor(chats.state) : null} show={setView} />} signOut={() => void signOut(who.me)} expired={expired}>
				{isView(who.me, 'person') && <PersonView api={api} csrf={who.me.csrf} hidden={view !== 'person'} expired={expired} />}
				{chats && <ChatsView api={api} {...chats} me={who.me.name} keys={keys} hidden={view !== 'chats'} expired={expired} />}
				{isView(who.me, 'asked') && <AskedView hidden={view !== 'asked'} expired={expired} edit={who.me.may.includes('edit_draft') ? (wanted) => { setWish(wanted); setView('edit'); } : null} />}
				{isView(who.me, 'edit') && <EditView me={who.me} hidden={view !== 'edit'} wish={wish} granted={() => setWish(null)} expired={expired} />}
				{isView(who.me, 'review') && <ReviewView me={who.me} keys={keys} hidden={view !== 'review'} expired={expired} />}
				{isView(who.me, 'channels') && <ChannelsView csrf={who.me.csrf} hidden={view !== 'channels'} expired={expired} />}
				{isView(who.me, 'today') && <TodayView api={api} chats={chats} hidden={view !== 'today'} expired={expired} />}
			</Desk>
		);
	if (who.state === 'out')
		return <SignIn api={api} notice={who.notice} signedIn={() => void look('')} />;
	return (
		<main class="plain">
			<h1>{WORDS.title}</h1>
			{who.state === 'opening' ? <p>{WORDS.opening}</p> : (
				<>
					<p role="alert">{who.notice}</p>
					<p><button type="button" class="button primary" onClick={() => void open()}>{WORDS.again}</button></p>
				</>
			)}
		</main>
	);
}
