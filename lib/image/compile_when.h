// SPDX-License-Identifier: Apache-2.0
// Schedules as written to weekly minutes and the offsets of their zones' clocks.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "image/builder.h"
#include "policy/model.h"

namespace bulkhead::image {

// How far around the image's creation the clocks of zones are known; later, their last offset
// stays.
inline constexpr int64_t kYearsBefore = 10;
inline constexpr int64_t kYearsAfter = 20;

class ScheduleCompiler {
 public:
  ScheduleCompiler(int64_t created_wall_ns, ImageParts& parts);

  // One record for each zone, in the zones' order; equal lists are stored once. Errors: kNotFound,
  // kExhausted.
  Result<Run> add(const std::vector<policy::Schedule>& schedules);

 private:
  Result<Run> offsets(const std::string& zone);

  const int64_t from_s_;
  const int64_t to_s_;
  ImageParts& parts_;
  std::map<std::string, Run> known_;  // offsets by zone
};

// The attributes that relationships ask for, by name: first note() all, then write() them.
class AttributeIndex {
 public:
  void note(const std::vector<std::string>& names);
  void write(ImageParts& parts);
  // Ascending, each once.
  [[nodiscard]] std::vector<uint32_t> of(const std::vector<std::string>& names) const;

 private:
  std::map<std::string, uint32_t> index_;
};

// Break-glass grants and their approvers, by name: first note() all, then write(), then add() in
// the order of the relationships.
class BreakGlassCompiler {
 public:
  // Errors: kInvalid: one person with two keys.
  Status note(const policy::Relationship& relationship);
  void write(ImageParts& parts);
  // For the relationship's record; 0: it is none.
  uint32_t add(const policy::Relationship& relationship, uint32_t index, ImageParts& parts);

 private:
  struct Known {
    std::array<uint8_t, 32> key{};
    uint32_t index = 0;
  };
  std::map<std::string, Known> approvers_;
};

}  // namespace bulkhead::image
