// SPDX-License-Identifier: Apache-2.0
// The terminal while a full-screen command runs: its other screen, no line editing, no cursor. As
// it was again when this ends, by a signal too.
#pragma once

#include <termios.h>

#include <chrono>
#include <optional>
#include <vector>

#include "cli/top_page.h"

namespace bulkhead::cli {

class TopScreen {
 public:
  // Nothing when standard input or output is no terminal. One at a time.
  static std::optional<TopScreen> open();
  ~TopScreen();
  TopScreen(TopScreen&& other) noexcept;
  TopScreen& operator=(TopScreen&&) = delete;

  [[nodiscard]] ScreenSize size() const;
  void draw(const std::vector<TopLine>& lines) const;

  enum class Woken : uint8_t { kTime, kResized, kQuit };
  // Until the time is over, the window has another size, or somebody wants to leave: q, Ctrl-C, a
  // signal, the end of input.
  Woken wait(std::chrono::milliseconds time);

 private:
  explicit TopScreen(const termios& before) : before_(before) {}

  std::optional<termios> before_;
};

}  // namespace bulkhead::cli
