// Runs before the first paint: whoever chose a light or dark page gets it from the first picture on. The app stores the choice.
try {
  const chosen = localStorage.getItem('rotunda.theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.colorScheme = chosen;
} catch {
  // No storage, no choice.
}
