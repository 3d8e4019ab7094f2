// SPDX-License-Identifier: Apache-2.0
#include "policy/diff_lines.h"

#include <algorithm>

namespace bulkhead::policy {
namespace {

using What = Box::What;
using Form = DiffLine::Form;

constexpr size_t kMaxParts = 256;   // of one box, after what is taken from it
constexpr size_t kMaxLines = 1024;  // of one pair of sides

std::vector<Box> boxes_of(const Side& side, bool flows) {
  std::vector<Box> out;
  for (const Opening& opening : side.openings) {
    if (flows)
      out.push_back(opening.flow);
    else
      out.insert(out.end(), opening.boxes.begin(), opening.boxes.end());
  }
  return out;
}

// Without boxes that others contain; of equal ones the first stays.
std::vector<Box> maximal(const std::vector<Box>& boxes) {
  std::vector<Box> out;
  for (size_t i = 0; i < boxes.size(); ++i) {
    bool inside = false;
    for (size_t j = 0; j < boxes.size() && !inside; ++j)
      inside = i != j && contains(boxes[j], boxes[i]) && (j < i || !contains(boxes[i], boxes[j]));
    if (!inside) out.push_back(boxes[i]);
  }
  return out;
}

// What is left of `box`; nothing fits into kMaxParts: false.
bool rest_of(const Box& box, const std::vector<Box>& taken, std::vector<Box>& rest) {
  rest = {box};
  for (const Box& one : taken) {
    std::vector<Box> next;
    for (const Box& part : rest) {
      auto parts = subtract(part, one);
      next.insert(next.end(), parts.begin(), parts.end());
    }
    rest = std::move(next);
    if (rest.size() > kMaxParts) return false;
  }
  return true;
}

void add_lines(const Box& whole, const std::vector<Box>& from, std::vector<DiffLine>& out) {
  std::vector<Box> near;
  for (const Box& box : from) {
    if (contains(box, whole)) return;
    if (overlap(box, whole)) near.push_back(box);
  }
  if (near.empty()) {
    out.push_back({Form::kNew, whole, whole, {}});
    return;
  }
  std::vector<Box> rest;
  if (!rest_of(whole, near, rest)) {
    out.push_back({Form::kTooMany, whole, whole, {}});
    return;
  }
  // Only rules were allowed where now everything is: what they allowed is not new.
  const bool any = whole.what == What::kAny;
  for (const Box& part : rest)
    out.push_back(
        {any ? Form::kNew : Form::kReaching, part, whole, any ? near : std::vector<Box>{}});
  if (!any && near.size() > 1) out.push_back({Form::kSpanning, whole, whole, near});
}

bool dominated(const Opening& opening, const Opening& by) {
  return std::all_of(opening.boxes.begin(), opening.boxes.end(), [&](const Box& box) {
    return std::any_of(by.boxes.begin(), by.boxes.end(),
                       [&](const Box& other) { return contains(other, box); });
  });
}

// Whether `opening` may let requests pass whose parts different openings of `from` allow.
bool may_combine(const Opening& opening, const Side& from) {
  size_t near = 0;
  for (const Opening& other : from.openings) {
    if (dominated(opening, other)) return false;
    near += overlap(opening.flow, other.flow) ? 1 : 0;
  }
  return near > 1;
}

}  // namespace

std::vector<DiffLine> lines_of(const Side& from, const Side& to) {
  std::vector<DiffLine> out;
  if (from.too_many || to.too_many) return {{Form::kTooMany, {}, {}, {}}};
  for (const bool flows : {true, false}) {
    const auto known = maximal(boxes_of(from, flows));
    for (const Box& box : maximal(boxes_of(to, flows))) {
      add_lines(box, known, out);
      if (out.size() > kMaxLines) return {{Form::kTooMany, {}, {}, {}}};
    }
  }
  for (const Opening& opening : to.openings) {
    if (opening.boxes.empty() || !may_combine(opening, from)) continue;
    out.push_back({Form::kCombined, opening.flow, opening.flow, {}});
  }
  return out;
}

bool covers(const DiffLine& line, const Box& piece) {
  const auto in_another = [&] {
    return std::any_of(line.others.begin(), line.others.end(),
                       [&](const Box& other) { return contains(other, piece); });
  };
  switch (line.form) {
    case Form::kNew:
      return contains(line.box, piece) && !in_another();
    case Form::kReaching:
      return contains(line.whole, piece) && overlap(line.box, piece);
    case Form::kSpanning:
      return contains(line.whole, piece) && !in_another();
    case Form::kCombined:
      return false;
    case Form::kTooMany:
      return true;
  }
  return false;
}

}  // namespace bulkhead::policy
