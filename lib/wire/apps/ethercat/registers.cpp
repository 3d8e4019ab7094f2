// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/ethercat/registers.h"

#include "wire/apps/ethercat/ethercat.h"
#include "wire/apps/ethercat/table.h"
#include "wire/apps/fact_table.h"

namespace bulkhead::wire::ethercat {
namespace {

struct Row {
  uint16_t first, last;
};
// In ascending order; the code is register_code(first).
constexpr std::array kRows = {
    Row{0x0010, 0x0013},  // configured address, alias
    Row{0x0020, 0x0031},  // write protection of registers, of the whole device
    Row{0x0040, 0x0041},  // reset
    Row{0x0100, 0x0103},  // ports and what they forward
    Row{0x0120, 0x0121},  // state of the device
    Row{0x0400, 0x0421},  // watchdogs
    Row{0x0502, 0x0503},  // EEPROM: control
    Row{0x0510, 0x051b},  // PHYs: control
    Row{0x0600, 0x06ff},  // FMMUs: what logical addresses are here
    Row{0x0800, 0x087f},  // sync managers: where process data and mailboxes are
    Row{0x0980, 0x09a9},  // distributed clocks: what they trigger
};

constexpr bool rows_ascend() noexcept {
  for (size_t i = 1; i < kRows.size(); ++i)
    if (kRows[i - 1].last >= kRows[i].first) return false;
  return true;
}
static_assert(rows_ascend());

// Of the classes that a write has, the numbers ascend with the harm.
static_assert(OperationClass::kRead < OperationClass::kWrite &&
              OperationClass::kWrite < OperationClass::kControl &&
              OperationClass::kControl < OperationClass::kProgram &&
              OperationClass::kProgram < OperationClass::kFirmware);

// A write from `address` on, a part after the other.
class Parts {
 public:
  Parts(uint8_t command, uint16_t address, std::span<const uint8_t> data, Operation& out) noexcept
      : command_(command), begin_(address), data_(data), out_(out) {}

  [[nodiscard]] uint32_t end() const noexcept {
    return begin_ + static_cast<uint32_t>(data_.size());
  }
  // All that was not told of the addresses below `to` is that operation.
  void add(uint32_t to, uint32_t code) noexcept {
    to = std::min(to, end());
    const uint32_t from = begin_ + told_;
    if (from >= to) return;
    const FunctionFact* const fact = function_of(code);
    if (told_ == 0 || fact->cls > out_.cls) describe(out_, code, fact);
    out_.add_point({PointType::kEthercatAddress, fact->cls, from, to - 1, command_});
    out_.add_values({ValueView::Encoding::kBytes, 0, 1, data_.subspan(told_, to - from)});
    told_ = to - begin_;
  }

 private:
  uint32_t command_, begin_, told_ = 0;
  std::span<const uint8_t> data_;
  Operation& out_;
};

// What the EEPROM is told to do; without the octet of the command nothing that is known.
uint32_t eeprom_code(uint16_t address, std::span<const uint8_t> data) noexcept {
  constexpr uint32_t kCommandAt = kEepromControl + 1;
  constexpr uint8_t kCommand = 7;
  const size_t at = kCommandAt - address;
  if (at >= data.size()) return register_code(kEepromControl);
  const uint32_t code = register_code(kEepromControl, data[at] & kCommand);
  return function_of(code) != nullptr ? code : register_code(kEepromControl);
}

}  // namespace

void add_written(uint8_t command, uint16_t address, std::span<const uint8_t> data,
                 Operation& out) noexcept {
  Parts parts(command, address, data, out);
  for (const Row& row : kRows) {
    if (row.last < address || row.first >= parts.end()) continue;
    parts.add(row.first, command);
    const bool eeprom = row.first == kEepromControl;
    parts.add(row.last + 1u, eeprom ? eeprom_code(address, data) : register_code(row.first));
  }
  parts.add(parts.end(), command);
}

}  // namespace bulkhead::wire::ethercat
