#!/usr/bin/env bash
# Checks what a make target needs, before anything is built: need.sh run|web|bench|lint|test-unit|test|screenshots
# Says for each missing thing what it is for and the exact command that installs it. Installs nothing by itself, except for
# `test` and `screenshots` as root, which install Debian packages.
set -euo pipefail
target=$1

missing=()      # sentences for a person
packages=()     # Debian packages that would mend it

have() { command -v "$1" >/dev/null 2>&1; }
# at_least 1.94.0 1.90 fails
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }

need_rust() {
  local wanted=1.94
  if ! have cargo; then
    missing+=("cargo, the Rust tool (version $wanted or newer):  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh")
  else
    local version; version=$(cargo --version | cut -d' ' -f2)
    at_least "$version" "$wanted" || missing+=("cargo $wanted or newer, here is $version:  rustup update stable")
  fi
  have cc || package build-essential "a C compiler"
}

need_node() {
  local install="curl -fsSL https://deb.nodesource.com/setup_22.x | sudo -E bash - && sudo apt-get install -y nodejs"
  if ! have node || ! have npm; then
    missing+=("Node.js 20.19+ or 22.12+ with npm:  $install")
    return
  fi
  local version; version=$(node --version); version=${version#v}
  case "$version" in
    20.*) at_least "$version" 20.19 && return ;;
    21.*) ;;
    *) at_least "$version" 22.12 && return ;;
  esac
  missing+=("Node.js 20.19+ or 22.12+, here is $version:  $install")
}

package() { packages+=("$1"); missing+=("$2:  ${sudo}apt-get install -y $1"); }

need_postgres() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || have initdb || package postgresql "PostgreSQL (the tests start their own server)"
}

need_browsers() {
  have chromium || package chromium "Chromium"
  have firefox-esr || package firefox-esr "Firefox ESR"
  have ip || package iproute2 "ip (network namespaces)"
  have nft || package nftables "nft (cutting the network)"
  python3 -c 'import venv, ensurepip' 2>/dev/null || package python3-venv "Python 3 with venv"
}

need_fonts() {
  compgen -G '/usr/share/fonts/*/noto/NotoSansDevanagari-*' >/dev/null || package fonts-noto-core "fonts of many scripts"
  compgen -G '/usr/share/fonts/*/noto/NotoSansCJK-*' >/dev/null || package fonts-noto-cjk "fonts of Chinese, Japanese and Korean"
  compgen -G '/usr/share/fonts/*/noto/NotoColorEmoji.*' >/dev/null || package fonts-noto-color-emoji "pictures of emoji"
}

need_root() {
  [ "$(id -u)" = 0 ] || missing+=("root, for tests in network namespaces:  sudo -E env PATH=\"\$PATH\" make $target  (make test-unit needs no root)")
}

sudo=""; [ "$(id -u)" = 0 ] || sudo="sudo "

case "$target" in
  run) need_rust; need_node ;;
  web) need_node ;;
  bench) need_rust; need_node; have valgrind || package valgrind "valgrind (counts instructions)" ;;
  lint) need_rust; need_node; have python3 || package python3 "Python 3" ;;
  test-unit) need_rust; need_node; need_postgres ;;
  test) need_rust; need_node; need_postgres; need_browsers; need_root ;;
  screenshots) need_rust; need_node; need_browsers; need_fonts ;;
  *) echo "need.sh: unknown target $target" >&2; exit 2 ;;
esac

if [[ "$target" =~ ^(test|screenshots)$ ]] && [ -z "${ROTUNDA_INSTALLED:-}" ] && [ "$(id -u)" = 0 ] && [ ${#packages[@]} -gt 0 ] && have apt-get; then
  echo "installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y --no-install-recommends "${packages[@]}" >/dev/null 2>&1 || {
    apt-get update >/dev/null
    apt-get install -y --no-install-recommends "${packages[@]}" >/dev/null
  }
  # Once: what is still not found then is not mended by installing it again.
  ROTUNDA_INSTALLED=1 exec "$0" "$target"
fi

if [ ${#missing[@]} -gt 0 ]; then
  echo "make $target needs:" >&2
  printf '  %s\n' "${missing[@]}" >&2
  exit 1
fi
