// SPDX-License-Identifier: Apache-2.0
// Headers of Fox messages.
#include <algorithm>
#include <optional>

#include "wire/apps/fact_table.h"
#include "wire/apps/fox/fox.h"

namespace bulkhead::wire::fox {
namespace {

constexpr std::string_view kMagic = "fox ";
constexpr Fault kNoHeader{FaultKind::kBadValue, 0};

struct Header {
  char type = 0;
  uint64_t reply = 0;
  bool replies = false;  // carries a number that its answer, or its request, has too
  std::string_view channel, command;
};

std::string_view text_of(std::span<const uint8_t> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT
}

// Up to the next space, which goes with it.
std::string_view word(std::string_view& rest) noexcept {
  size_t end = 0;  // near: words are short
  while (end < rest.size() && rest[end] != ' ') ++end;
  const std::string_view out = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return out;
}

bool is_word(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 127; });
}

// Decimal, up to 10 digits, or -1 for none: nullopt. `good` is false where it is neither.
std::optional<uint64_t> number(std::string_view text, bool& good) noexcept {
  if (text == "-1") return std::nullopt;
  uint64_t out = 0;
  good &= !text.empty() && text.size() <= 10;
  for (const char c : text.substr(0, 10)) {
    good &= c >= '0' && c <= '9';
    out = out * 10 + static_cast<uint64_t>(static_cast<unsigned char>(c) - '0');
  }
  return out;
}

std::optional<Header> read_header(std::string_view line) noexcept {
  constexpr std::string_view kTypes = "sarenkc";
  if (!line.starts_with(kMagic) || !line.ends_with('\n')) return std::nullopt;
  line.remove_prefix(kMagic.size());
  line.remove_suffix(1);
  const std::string_view type = word(line);
  bool good = type.size() == 1 && kTypes.find(type) != kTypes.npos;
  (void)number(word(line), good);
  const auto reply = number(word(line), good);
  Header out;
  out.channel = word(line);
  out.command = line;
  if (!good || !is_word(out.channel) || !is_word(out.command)) return std::nullopt;
  out.type = type[0];
  out.reply = reply.value_or(0);
  out.replies = reply.has_value();
  return out;
}

// Requests are synchronous ones, and whatever the opener sends without being asked.
Direction direction_of(char type, Side side) noexcept {
  if (type == 'r' || type == 'e' || type == 'n') return Direction::kResponse;
  return type == 's' || side == Side::kRequest ? Direction::kRequest : Direction::kUnsolicited;
}

// Either side numbers the requests that it begins.
uint64_t id_of(const Header& header, Direction direction, Side side) noexcept {
  if (!header.replies) return 0;
  constexpr uint64_t kNumbered = uint64_t{1} << 40, kBegunByResponder = uint64_t{1} << 41;
  const bool begun_by_opener = (direction == Direction::kResponse) != (side == Side::kRequest);
  return header.reply | kNumbered | (begun_by_opener ? 0 : kBegunByResponder);
}

}  // namespace

Parsed<size_t> Connection::frame_size(Side side, std::span<const uint8_t> bytes) const noexcept {
  if (lines(side).at_header()) {
    const std::string_view seen = text_of(bytes.first(std::min(bytes.size(), kMagic.size())));
    if (!kMagic.starts_with(seen)) return Fault{FaultKind::kBadMarker, 0};
  }
  return lines(side).size_of(bytes);
}

Fault Connection::frame(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  Lines& lines = lines_[static_cast<size_t>(side)];
  if (!lines.at_header()) return lines.body(bytes);
  const auto header = read_header(text_of(bytes));
  if (!header) return kNoHeader;
  lines.begin();
  Operation& out = sink.operation;
  out.clear();
  out.app = kApp;
  const FunctionFact* fact = function_of(header->channel, header->command);
  describe(out, fact == nullptr ? 0 : fact->code, fact);
  out.direction = direction_of(header->type, side);
  out.request_id = id_of(*header, out.direction, side);
  out.pairing.alone = !header->replies || header->type == 'a';
  out.is_exception = header->type == 'e';
  sink.told();
  return {};
}

bool Connection::recognises(std::span<const uint8_t> bytes) noexcept {
  const std::string_view seen = text_of(bytes.first(std::min(bytes.size(), kLongestFrame)));
  const size_t end = seen.find('\n');
  if (end == seen.npos) return false;
  const auto header = read_header(seen.substr(0, end + 1));
  return header && header->channel == "fox" && header->command == "hello";
}

}  // namespace bulkhead::wire::fox
