/* The whole page. */

import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Conversation } from '../conversation';
import type { Office } from '../protocol';
import { applySettings, keepSettings, readSettings, type Settings } from '../settings';
import { WORDS } from '../words';
import { Composer } from './Composer';
import { Log } from './Log';
import { PageContext } from './page';
import { useTitle } from './title';
import { TopBar } from './TopBar';
import { WelcomeCard } from './Welcome';

interface Props {
	conversation: Conversation;
	askForOffice(): Promise<Office | null>;
	isTrial(): boolean;
}

function useOffice(askForOffice: Props['askForOffice'], knowledge: string | undefined): Office | null {
	const [office, setOffice] = useState<Office | null>(null);
	const stale = !!knowledge && !!office && office.knowledge !== knowledge;
	useEffect(() => {
		void askForOffice().then((found) => {
			if (!found)
				return;
			setOffice(found);
		});
	}, [stale && knowledge]);
	return office;
}

function useTrial(isTrial: Props['isTrial']): boolean {
	const [trial, setTrial] = useState(isTrial());
	useEffect(() => {
		const look = () => setTrial(isTrial());
		window.addEventListener('hashchange', look);
		return () => window.removeEventListener('hashchange', look);
	}, []);
	return trial;
}

export function App({ conversation, askForOffice, isTrial }: Props) {
	const [state, setState] = useState(conversation.state());
	const [settings, setSettings] = useState(readSettings);
	const [announced, announce] = useState('');
	const office = useOffice(askForOffice, state.knowledge);
	const trial = useTrial(isTrial);
	useEffect(() => {
		conversation.onChange(() => setState(conversation.state()));
		setState(conversation.state());
	}, []);
	const words = WORDS[settings.language];
	useTitle(office ? office.title : words.title, state.turns, words);
	const paused = state.turns.some((turn) => !turn.reply);
	const page = useMemo(() => ({ words, conversation, paused, announce }), [words, paused]);

	function change(changed: Settings) {
		setSettings(changed);
		keepSettings(changed);
		applySettings(changed);
	}

	return (
		<PageContext.Provider value={page}>
			<TopBar title={office && office.title} state={state} trial={trial} settings={settings} change={change} />
			<main class="scroll" id="scroll" tabIndex={0}>
				<div class="column">
					<WelcomeCard office={office} />
					<Log state={state} settled={!!office} />
				</div>
			</main>
			<Composer line={state.line} />
			<p class="hidden-label" role="status" id="announced">{announced}</p>
		</PageContext.Provider>
	);
}
