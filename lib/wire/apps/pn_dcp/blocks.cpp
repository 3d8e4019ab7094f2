// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/pn_dcp/blocks.h"

namespace bulkhead::wire::pn_dcp {
namespace {

constexpr uint8_t kAny = 0xff;  // of a row: every suboption
constexpr uint8_t kIpOption = 1, kDeviceOption = 2, kDhcpOption = 3;
constexpr uint8_t kNameOfStation = 2;

// IEC 61158-6-10 table 36 and those of each option.
struct Row {
  uint8_t option, suboption;
  Sets sets;
};
constexpr Row kRows[] = {
    {kIpOption, kAny, Sets::kIp},             // address, full suite
    {kDeviceOption, 2, Sets::kName},          // NameOfStation
    {kDhcpOption, kAny, Sets::kDhcp},         //
    {kControlOption, 1, Sets::kTransaction},  // start
    {kControlOption, 2, Sets::kTransaction},  // stop
    {kControlOption, 3, Sets::kSignal},       // lights its lamps
    {kControlOption, 5, Sets::kReset},        // factory reset
    {kControlOption, 6, Sets::kReset},        // reset to factory
};

}  // namespace

bool is_result(const Block& block) noexcept {
  return block.option == kControlOption && block.suboption == kResponseSuboption;
}

bool next_block(Reader& in, Form form, Block& out) noexcept {
  constexpr size_t kWord = 2;
  if (in.left() == 0) return false;
  out = {};
  out.at = in.at();
  out.option = in.u8();
  out.suboption = in.u8();
  if (form == Form::kPairs) return in.ok();
  const size_t length_at = in.at();
  const uint16_t length = in.be16();
  out.value = in.bytes(length);
  if (length % 2 != 0 && in.left() != 0) in.skip(1);  // blocks begin at even offsets
  if (form != Form::kWorded || is_result(out)) return in.ok();
  in.expect(length >= kWord, FaultKind::kBadLength, length_at);
  if (in.ok()) out.value = out.value.subspan(kWord);
  return in.ok();
}

Sets set_by(const Block& block) noexcept {
  for (const Row& row : kRows)
    if (row.option == block.option && (row.suboption == kAny || row.suboption == block.suboption))
      return row.sets;
  return Sets::kOther;
}

void add_block(const Block& block, OperationClass access, Operation& out) noexcept {
  constexpr size_t kIpSuite = 12;
  const uint64_t number = uint64_t{block.option} << 8 | block.suboption;
  PointRange point{PointType::kPnDcpBlock, access, number, number};
  if (block.option == kDeviceOption && block.suboption == kNameOfStation)
    point.name = {reinterpret_cast<const char*>(block.value.data()), block.value.size()};
  out.add_point(point);
  if (block.option == kIpOption && block.value.size() >= kIpSuite)
    out.add_values({ValueView::Encoding::kBe32, 0, 3, block.value.first(kIpSuite)});
}

}  // namespace bulkhead::wire::pn_dcp
