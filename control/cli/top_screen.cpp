// SPDX-License-Identifier: Apache-2.0
#include "cli/top_screen.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <string_view>
#include <utility>

namespace bulkhead::cli {

namespace {

// xterm's private modes, which every terminal emulator in use knows.
constexpr std::string_view kEnter = "\033[?1049h\033[?25l\033[H\033[2J";
constexpr std::string_view kLeave = "\033[0m\033[?25h\033[?1049l";
constexpr std::string_view kHome = "\033[H", kClearLine = "\033[K", kClearRest = "\033[J";
constexpr ScreenSize kUsual = {24, 80};

volatile std::sig_atomic_t told_to_stop = 0;

void on_stop(int /*signal*/) {
  told_to_stop = 1;
}
// Only to end a poll(2).
void on_resize(int /*signal*/) {}

void listen_to_signals() {
  struct sigaction action {};  // without SA_RESTART: poll(2) returns
  action.sa_handler = on_stop;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
  action.sa_handler = on_resize;
  ::sigaction(SIGWINCH, &action, nullptr);
}

void say(std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(STDOUT_FILENO, text.data(), text.size());
    if (wrote <= 0) return;  // the terminal is gone; wait() notices
    text.remove_prefix(static_cast<size_t>(wrote));
  }
}

}  // namespace

std::optional<TopScreen> TopScreen::open() {
  termios before{};
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1 ||
      ::tcgetattr(STDIN_FILENO, &before) != 0)
    return std::nullopt;
  listen_to_signals();
  termios raw = before;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  raw.c_cc[VSUSP] = _POSIX_VDISABLE;  // a stopped command would leave its screen behind
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  if (::tcsetattr(STDIN_FILENO, TCSANOW, &raw) != 0) return std::nullopt;
  say(kEnter);
  return TopScreen(before);
}

TopScreen::TopScreen(TopScreen&& other) noexcept : before_(std::exchange(other.before_, {})) {}

TopScreen::~TopScreen() {
  if (!before_) return;
  say(kLeave);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &*before_);
}

ScreenSize TopScreen::size() const {
  winsize window{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_row == 0 || window.ws_col == 0)
    return kUsual;
  return {window.ws_row, window.ws_col};
}

void TopScreen::draw(const std::vector<TopLine>& lines) const {
  std::string out(kHome);
  for (size_t i = 0; i < lines.size(); ++i) {
    out += i == 0 ? "" : "\r\n";
    out += paint(lines[i].colour, lines[i].text);
    out += kClearLine;
  }
  out += kClearRest;
  say(out);
}

TopScreen::Woken TopScreen::wait(std::chrono::milliseconds time) {
  if (told_to_stop != 0) return Woken::kQuit;
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  const int ready = ::poll(&input, 1, static_cast<int>(time.count()));
  if (told_to_stop != 0) return Woken::kQuit;
  if (ready < 0) return Woken::kResized;
  if (ready == 0) return Woken::kTime;
  std::array<char, 64> keys{};
  const ssize_t n = ::read(STDIN_FILENO, keys.data(), keys.size());
  if (n <= 0) return Woken::kQuit;
  const std::string_view pressed(keys.data(), static_cast<size_t>(n));
  return pressed.find_first_of("qQ\x03") != std::string_view::npos ? Woken::kQuit : Woken::kResized;
}

}  // namespace bulkhead::cli
