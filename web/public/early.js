// Runs before the first paint, so that it is right from the first picture on: the colours that were chosen, the language, and the direction it is read in.
// The app stores the choices; its list of languages is in src/i18n/languages.ts.
(() => {
  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      // No storage, no choice.
      return null;
    }
  };
  const page = document.documentElement;
  const scheme = read('rotunda.theme');
  if (scheme === 'light' || scheme === 'dark') page.dataset.colorScheme = scheme;

  const languages = ['en', 'de', 'fr', 'es', 'pt', 'ne', 'hi', 'ar', 'ja', 'zh'];
  const known = [read('rotunda.language'), ...(navigator.languages ?? [])].map((tag) => (tag ?? '').toLowerCase().split('-')[0]);
  page.lang = known.find((code) => languages.includes(code)) ?? 'en';
  page.dir = page.lang === 'ar' ? 'rtl' : 'ltr';

  // The build says in which file the words are; they come beside the app, not after it.
  const catalogues = document.querySelector('meta[name="catalogues"]')?.content;
  if (catalogues === undefined) return;
  document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', href: JSON.parse(catalogues)[page.lang] }));
})();
