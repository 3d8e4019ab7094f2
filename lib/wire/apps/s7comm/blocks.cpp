// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm/blocks.h"

#include <limits>
#include <optional>

#include "wire/apps/s7comm/table.h"

namespace bulkhead::wire::s7comm {
namespace {

using Encoding = ValueView::Encoding;

constexpr size_t kNameSize = 8;          // type 2, number 5, file system 1
constexpr uint8_t kOrganisation = 0x08;  // the block that the operating system calls
// ATT&CK: to load or to delete one changes the controller's tasking.
constexpr uint16_t kDownload = 843, kModifyProgram = 889, kModifyTasking = 821;

Fault fault_at(FaultKind kind, size_t at) noexcept {
  return {kind, static_cast<uint32_t>(at)};
}

std::string_view text_of(std::span<const uint8_t> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::optional<unsigned> digits(std::string_view text, unsigned base) noexcept {
  unsigned value = 0;
  for (const char c : text) {
    unsigned digit = base;
    if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
    if (c >= 'A' && c <= 'F') digit = static_cast<unsigned>(c - 'A') + 10;
    if (digit >= base) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

std::string_view take_text(Cursor& in) noexcept {
  return text_of(in.bytes(in.u8()));
}

// "_0B00001P" and "$0B00001P" are a whole block and its header.
void add_file(std::string_view name, Operation& out) noexcept {
  const bool marked = name.size() == kNameSize + 1 && (name[0] == '_' || name[0] == '$');
  add_block(marked ? name.substr(1) : name, out);
}

Fault take_file(Cursor& in, Operation& out) noexcept {
  const size_t at = in.at();
  const std::string_view name = take_text(in);
  if (!in.ok()) return fault_at(FaultKind::kBadLength, at);
  add_file(name, out);
  return {};
}

bool acts_on_blocks(std::string_view service) noexcept {
  return service == "_INSE" || service == "_INS2" || service == "_DELE";
}

Fault take_block_list(Cursor in, Operation& out) noexcept {
  const size_t at = in.at();
  const unsigned count = in.u8();
  in.skip(1);
  if (count == 0 || !in.ok() || in.left() != count * kNameSize)
    return fault_at(FaultKind::kBadCount, at);
  for (unsigned i = 0; i < count; ++i) add_block(text_of(in.bytes(kNameSize)), out);
  return {};
}

}  // namespace

void add_block(std::string_view text, Operation& out) noexcept {
  constexpr auto kAny = std::numeric_limits<uint64_t>::max();
  PointRange block{PointType::kS7Block, out.cls, 0, kAny, 0, text};
  const auto type = text.size() == kNameSize ? digits(text.substr(0, 2), 16) : std::nullopt;
  const auto number = text.size() == kNameSize ? digits(text.substr(2, 5), 10) : std::nullopt;
  if (type && number) {
    block.first = block.last = uint64_t{*type} << 32 | *number;
    block.detail = static_cast<uint8_t>(text[1]);
    block.name = {};
  }
  const bool changes = out.technique == kDownload || out.technique == kModifyProgram;
  if (type == kOrganisation && changes) out.technique = kModifyTasking;
  out.add_point(block);
}

void add_blocks_of_type(std::string_view text, Operation& out) noexcept {
  constexpr uint64_t kLastNumber = 99999;
  const auto type = text.size() == 2 ? digits(text, 16) : std::nullopt;
  if (!type) return add_block(text, out);
  const uint64_t first = uint64_t{*type} << 32;
  out.add_point(
      {PointType::kS7Block, out.cls, first, first | kLastNumber, static_cast<uint8_t>(text[1])});
}

Fault take_download(Cursor in, Operation& out) noexcept {
  in.skip(7);  // status, and what nobody has explained
  if (const Fault fault = take_file(in, out); fault.kind != FaultKind::kNone) return fault;
  if (in.left() == 0) return {};
  const size_t at = in.at();
  const std::string_view lengths = take_text(in);  // of load memory and code, in decimal digits
  if (!in.ok() || in.left() != 0) return fault_at(FaultKind::kBadLength, at);
  (void)lengths;
  return {};
}

Fault take_transfer(Cursor in, Operation& out) noexcept {
  in.skip(7);
  const Fault fault = take_file(in, out);
  if (fault.kind != FaultKind::kNone || in.left() == 0) return fault;
  return fault_at(FaultKind::kBadLength, in.at());
}

Fault take_upload(Cursor in, Operation&) noexcept {
  const size_t at = in.at();
  in.skip(7);
  return in.ok() && in.left() == 0 ? Fault{} : fault_at(FaultKind::kBadLength, at);
}

Fault take_pi_service(Cursor in, Operation& out) noexcept {
  const size_t at = in.at();
  in.skip(7);
  Cursor argument = in.take(in.be16());
  const std::string_view service = take_text(in);
  if (!in.ok() || in.left() != 0) return fault_at(FaultKind::kBadLength, at);
  describe(pi_code_of(service), out);
  if (acts_on_blocks(service)) return take_block_list(argument, out);
  if (argument.left() != 0)
    out.add_values({.encoding = Encoding::kBytes, .count = 1, .bytes = argument.rest()});
  return {};
}

Fault take_plc_stop(Cursor in, Operation&) noexcept {
  const size_t at = in.at();
  in.skip(5);
  (void)take_text(in);  // P_PROGRAM
  return in.ok() && in.left() == 0 ? Fault{} : fault_at(FaultKind::kBadLength, at);
}

Fault take_block_data(Cursor data, Operation& out) noexcept {
  if (data.left() == 0) return {};
  const size_t at = data.at();
  const uint16_t length = data.be16();
  data.skip(2);
  const auto bytes = data.bytes(length);
  if (!data.ok() || data.left() != 0) return fault_at(FaultKind::kBadLength, at);
  if (!bytes.empty()) out.add_values({.encoding = Encoding::kBytes, .count = 1, .bytes = bytes});
  return {};
}

}  // namespace bulkhead::wire::s7comm
