// SPDX-License-Identifier: Apache-2.0
// Break-glass grants that two people opened: admitted against the image in force, kept for the next
// start, looked at again under each new image, and shouted about while they are open. Needs no
// control. Admin thread only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "break_glass/admission.h"
#include "image/conditions.h"
#include "ipc/messages.h"

namespace bulkhead::dataplane {

class GlassHolder {
 public:
  static constexpr size_t kMost = ipc::kMaxOpenings;  // remembered, those that are over included
  static constexpr uint64_t kShoutEvery_ns = 60'000'000'000;

  explicit GlassHolder(const std::string& directory) : path_(directory + "/break_glass") {}

  // Errors: kNotFound: none were kept; otherwise why the file cannot be used, and then all is
  // closed.
  Status load();
  // All or nothing, mode 0600.
  Status save() const;

  struct Opened {
    ipc::BreakGlassOpened answer;
    bool fresh = false;  // false: the same request had opened it already
  };
  // Errors: those of admit(); kConflict: it was opened by the same request before and closed;
  // kExhausted: too many are open. Then nothing changed.
  Result<Opened> open(std::string_view request, const image::ImageView& image, int64_t wall_ns);
  // False: it is not open.
  bool close(const std::string& grant, int64_t wall_ns);

  // Those that the image admits go to `out`.
  void resolve(const image::ImageView& image, image::Conditions& out);
  [[nodiscard]] std::vector<ipc::BreakGlassStatus> status(int64_t wall_ns) const;

  // Sentences for the log: each that is open once a minute, and its end.
  std::vector<std::string> news(uint64_t steady_ns, int64_t wall_ns);
  [[nodiscard]] bool any_open() const noexcept;

 private:
  struct Opening {
    break_glass::OpeningRequest request;
    bool closed = false;      // before its time, or its time is over
    std::string approvers{};  // empty: the image in force does not admit it
    uint64_t shout_due_ns = 0;
  };
  [[nodiscard]] static bool is_open(const Opening& opening, int64_t wall_ns) noexcept;
  Status make_room(int64_t wall_ns);

  std::string path_;
  std::vector<Opening> openings_;  // in the order of opening
};

}  // namespace bulkhead::dataplane
