// SPDX-License-Identifier: Apache-2.0
#include "gen/frame_mix.h"

#include <charconv>
#include <numeric>
#include <utility>

namespace bulkhead::bench {
namespace {

constexpr uint16_t kFcs = 4;
constexpr std::string_view kImixGenome = "aabaabaabacb";

uint16_t bytes_of(char letter) {
  return static_cast<uint16_t>((letter == 'a' ? 64 : letter == 'b' ? 570 : 1518) - kFcs);
}

}  // namespace

FrameMix::FrameMix(std::string name, std::vector<uint16_t> bytes)
    : name_(std::move(name)), bytes_(std::move(bytes)) {}

FrameMix::FrameMix(uint16_t bytes) : FrameMix(std::to_string(bytes) + "B", {bytes}) {}

FrameMix FrameMix::imix() {
  std::vector<uint16_t> bytes;
  for (const char letter : kImixGenome) bytes.push_back(bytes_of(letter));
  return {"imix", std::move(bytes)};
}

std::optional<FrameMix> FrameMix::parse(const std::string& text) {
  if (text == "imix") return imix();
  uint16_t bytes = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, bytes);
  if (error != std::errc{} || at != end || bytes < kShortestFrame || bytes > kLongestFrame)
    return std::nullopt;
  return FrameMix(bytes);
}

double FrameMix::mean() const noexcept {
  return std::accumulate(bytes_.begin(), bytes_.end(), 0.0) / static_cast<double>(bytes_.size());
}

}  // namespace bulkhead::bench
