// SPDX-License-Identifier: Apache-2.0
#include "cli/top_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/text_width.h"
#include "cli/top_panels.h"

namespace bulkhead::cli {

namespace {

// The panels above the events, the most important first: those that find no room are left out.
constexpr TopLines (*kPanels[])(const TopView&) = {top_header, top_ports,   top_drops,
                                                   top_peers,  top_workers, top_losses};
constexpr size_t kLeastEvents = 3;

// A dataplane that started anew counts from zero.
bool same_run(const TopReading& before, const TopReading& now) {
  return before.status.boot_nonce() == now.status.boot_nonce();
}

TopView view_of(const TopReading* before, const TopReading& now) {
  const bool comparable = before != nullptr && same_run(*before, now);
  return {comparable ? *before : now, now,
          Interval(comparable ? now.steady_ns - before->steady_ns : 0)};
}

// As much of it as there is room for; what is left out is said in the last line.
void add(TopLines& page, TopLines panel, size_t rows) {
  const size_t gap = page.empty() ? 0 : 1;
  if (panel.empty() || page.size() + gap >= rows) return;
  const size_t room = rows - page.size() - gap;
  const bool first = page.empty();
  if (panel.size() > room && !first && room < 3) return;  // a title without a row says nothing
  if (panel.size() > room && !first) {
    const size_t left_out = panel.size() - room + 1;
    panel.resize(room - 1);
    panel.push_back({fmt::format("... and {} more", left_out), Colour::kDim});
  }
  panel.resize(std::min(panel.size(), room));
  if (gap != 0) page.emplace_back();
  page.insert(page.end(), panel.begin(), panel.end());
}

void add_events(TopLines& page, TopLines events, size_t rows) {
  if (events.empty() || page.size() + 2 >= rows) return;
  page.emplace_back();
  page.push_back({"EVENTS", Colour::kBold});
  const size_t fit = std::min(events.size(), rows - page.size());
  page.insert(page.end(), events.end() - static_cast<std::ptrdiff_t>(fit), events.end());
}

}  // namespace

std::vector<TopLine> top_page(const TopReading* before, const TopReading& now, ScreenSize size) {
  const TopView view = view_of(before, now);
  const TopLines events = top_events(view);
  const size_t wanted = std::max(kLeastEvents, size.rows / 4);
  // A small screen has no room for events besides.
  const size_t kept =
      size.rows < 16 ? 0 : std::min(events.size(), wanted) + (events.empty() ? 0 : 2);
  TopLines page;
  for (const auto panel : kPanels) add(page, panel(view), size.rows - kept);
  add_events(page, events, size.rows);
  if (page.size() > size.rows) page.resize(size.rows);
  for (TopLine& line : page) line.text = cut_to(line.text, size.columns);
  return page;
}

}  // namespace bulkhead::cli
