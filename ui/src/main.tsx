import { render } from 'preact';

import { App } from './app';
import { startLanguage } from './language';
import { store } from './store';

const root = document.getElementById('app');
if (root) {
    void startLanguage().then(() => {
        render(<App />, root);
        store.start();
    });
}
