// SPDX-License-Identifier: Apache-2.0
// top.
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <iostream>
#include <thread>

#include "cli/top_page.h"
#include "cli/top_screen.h"
#include "cli/watch_commands.h"

namespace bulkhead::cli {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr uint32_t kEvents = 100;         // the last ones; more fit no screen
constexpr ScreenSize kPage = {200, 200};  // of a reading that goes to no terminal

uint64_t steady_ns() {
  return static_cast<uint64_t>(
      std::chrono::nanoseconds(steady_clock::now().time_since_epoch()).count());
}

// The value of an answer into `to`; false: `error` says why not.
template <typename T>
bool take(Answer<T> answer, T& to, std::optional<CallError>& error) {
  if (auto* failed = std::get_if<CallError>(&answer)) {
    error = std::move(*failed);
    return false;
  }
  to = std::move(std::get<T>(answer));
  return true;
}

// A whole reading, or why there is none.
std::optional<CallError> read(ApiClient& client, TopReading& reading) {
  std::optional<CallError> error;
  const bool answered = take(client.status(), reading.status, error) &&
                        take(client.peers(), reading.peers, error) &&
                        take(client.counters(), reading.counters, error);
  reading.steady_ns = steady_ns();
  if (!answered) return error;
  v1::StreamEventsRequest last;
  last.set_replay(kEvents);
  reading.events.clear();
  return client.events(last, [&](const v1::StreamEventsResponse& response) {
    if (response.has_event()) reading.events.push_back(response.event());
    return true;
  });
}

// One line.
void print_json(const TopReading& reading) {
  std::string events;
  for (const v1::Event& event : reading.events)
    events += (events.empty() ? "" : ",") + json_text(event);
  std::cout << fmt::format(R"({{"status":{},"counters":{},"peers":{},"events":[{}]}})",
                           json_text(reading.status), json_text(reading.counters),
                           json_text(reading.peers), events)
            << std::endl;
}

int stream_json(ApiClient& client, milliseconds pause) {
  for (TopReading reading; std::cout; std::this_thread::sleep_for(pause)) {
    if (const auto error = read(client, reading)) return report(*error);
    print_json(reading);
  }
  return kOk;
}

int print_page(ApiClient& client, milliseconds pause) {
  TopReading before, now;
  if (const auto error = read(client, before)) return report(*error);
  std::this_thread::sleep_for(pause);
  if (const auto error = read(client, now)) return report(*error);
  for (const TopLine& line : top_page(&before, now, kPage)) std::cout << line.text << "\n";
  return kOk;
}

// A gateway that stops answering is waited for, with what was last known on the screen.
int watch(ApiClient& client, milliseconds pause, TopScreen& screen, TopReading now) {
  std::optional<TopReading> before;
  for (;;) {
    screen.draw(top_page(before ? &*before : nullptr, now, screen.size()));
    const auto due = steady_clock::now() + pause;
    for (auto left = pause; left.count() > 0;
         left = std::chrono::ceil<milliseconds>(due - steady_clock::now())) {
      const TopScreen::Woken woken = screen.wait(left);
      if (woken == TopScreen::Woken::kQuit) return kOk;
      if (woken == TopScreen::Woken::kResized)
        screen.draw(top_page(before ? &*before : nullptr, now, screen.size()));
    }
    TopReading next;
    if (const auto error = read(client, next)) {
      now.error = error->sentence;
      continue;
    }
    before = std::exchange(now, std::move(next));
  }
}

}  // namespace

int run_top(const Session& session, uint32_t seconds) {
  ApiClient client(session.place);
  const std::chrono::seconds pause(seconds);
  if (session.json) return stream_json(client, pause);
  TopReading first;
  if (const auto error = read(client, first)) return report(*error);
  std::optional<TopScreen> screen = TopScreen::open();
  if (!screen) return print_page(client, pause);
  return watch(client, pause, *screen, std::move(first));
}

}  // namespace bulkhead::cli
