import { render } from 'preact';

import { App } from './app';
import { store } from './store';

const root = document.getElementById('app');
if (root) {
    render(<App />, root);
    store.start();
}
