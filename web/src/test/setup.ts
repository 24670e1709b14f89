import { configure } from '@testing-library/react';
import { language } from '../i18n';

configure({ asyncUtilTimeout: 10_000 });

await language.start();
