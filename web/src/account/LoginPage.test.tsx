// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { MemoryRouter, Route, Routes } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import '../i18n';
import { session } from '../api';
import { ThemeProvider } from '@mui/material/styles';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { theme } from '../ui/theme';
import LoginPage from './LoginPage';

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })));
}

function accessToken(): string {
  const part = (value: unknown) => btoa(JSON.stringify(value));
  return `${part({})}.${part({ user_id: '1', full_name: 'Ana', iat: 0, exp: 600 })}.s`;
}

describe('the login page', () => {
  beforeEach(async () => {
    vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined, addListener: () => undefined, removeListener: () => undefined }));
    localStorage.clear();
    await session.start();
    render(
      <ThemeProvider theme={theme}>
        <QueryClientProvider client={new QueryClient()}>
          <MemoryRouter initialEntries={['/login?next=%2Fr%2Froom3']}>
            <Routes>
              <Route path="/login" element={<LoginPage />} />
              <Route path="/r/:roomId" element={<p>the room</p>} />
            </Routes>
          </MemoryRouter>
        </QueryClientProvider>
      </ThemeProvider>,
    );
  });
  afterEach(async () => {
    cleanup();
    answer(200, {});
    await session.logout();
  });

  const button = () => screen.getByTestId<HTMLButtonElement>('login-submit');
  const type = (label: RegExp, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });

  async function submit() {
    type(/^Email/, 'ana@example.org');
    type(/^Password/, 'correct horse');
    await waitFor(() => expect(button().disabled).toBe(false));
    fireEvent.click(button());
  }

  it('keeps its button off until the form is filled in and valid', async () => {
    expect(button().disabled).toBe(true);
    type(/^Email/, 'ana@');
    type(/^Password/, 'x');
    fireEvent.blur(screen.getByLabelText(/^Email/));
    await screen.findByText('This is not an email address');
    expect(button().disabled).toBe(true);
  });

  it('shows what the server says', async () => {
    answer(401, { detail: 'No active account found' });
    await submit();
    expect((await screen.findByTestId('form-error')).textContent).toBe('No active account found');
  });

  it('puts the server’s words about a field under that field', async () => {
    answer(400, { email: ['This address is unknown'] });
    await submit();
    const message = await screen.findByText('This address is unknown');
    expect(screen.getByLabelText(/^Email/).getAttribute('aria-describedby')).toContain(message.id);
  });

  it('says how long to wait when there were too many tries', async () => {
    answer(429, { detail: 'throttled' }, { 'retry-after': '12' });
    await submit();
    expect((await screen.findByTestId('form-error')).textContent).toBe('Too many tries. Wait 12 seconds and try again.');
  });

  it('goes on to the room that was wanted', async () => {
    answer(200, { access: accessToken() });
    await submit();
    await screen.findByText('the room');
  });
});
