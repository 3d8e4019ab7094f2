// SPDX-License-Identifier: Apache-2.0
// What a rehearsal found: who said what to whom and what became of it, what would change against
// another policy, and how much of the plant the capture has seen at all. For people and, as one
// JSON object, for machines.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "rehearse/conversations.h"
#include "rehearse/rehearsal.h"

namespace bulkhead::dataplane {

class Report {
 public:
  static constexpr size_t kMostRows = 10'000;  // of each table; further ones are counted only

  Report(const image::ImageView& policy, std::string policy_name, std::string against_name);

  void frame_read(const CapturedFrame& frame);
  void not_judged(const char* why) { ++not_judged_[why]; }
  void mended() { ++mended_; }
  void opening_made_up() { ++openings_; }
  // `before`: the fate under the other policy, when there is one. `conversation` null: no IP.
  void judged(const Conversation* conversation, int64_t wall_ns, const Fate& fate,
              const Fate* before);

  [[nodiscard]] uint64_t refused() const noexcept { return refused_; }
  [[nodiscard]] uint64_t changed() const noexcept { return changed_; }
  void operations_allowed(uint64_t n) noexcept { operations_allowed_ = n; }

  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string json() const;

 private:
  struct Who {
    std::string from, to, service;
    auto operator<=>(const Who&) const = default;
  };
  struct Row {
    uint64_t passed = 0;
    std::map<std::string, uint64_t> refused;     // by reason
    std::map<std::string, uint64_t> operations;  // refused ones
  };
  [[nodiscard]] std::string name_of(const IpAddress& ip) const;
  Who who(const Conversation* conversation) const;
  void note_seen(const Conversation& conversation, int64_t wall_ns, bool passed);
  [[nodiscard]] std::set<std::string> silent() const;
  [[nodiscard]] std::set<std::string> unused() const;
  [[nodiscard]] size_t bound_identities() const;

  const image::ImageView& policy_;
  std::string policy_name_, against_name_;
  uint64_t frames_ = 0, passed_ = 0, refused_ = 0, changed_ = 0, mended_ = 0, openings_ = 0;
  uint64_t operations_allowed_ = 0, rows_left_out_ = 0;
  int64_t first_ns_ = 0, last_ns_ = 0;
  std::set<int64_t> days_;
  std::map<std::string, uint64_t> not_judged_, reasons_, strangers_;
  std::map<Who, Row> rows_;
  std::map<std::tuple<Who, std::string, std::string>, uint64_t> changes_;  // was, is
  std::set<uint32_t> spoke_, relationships_;
};

}  // namespace bulkhead::dataplane
