// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/ethercat/datagram.h"

#include <algorithm>

#include "wire/apps/ethercat/mailbox.h"
#include "wire/apps/ethercat/registers.h"
#include "wire/apps/fact_table.h"

namespace bulkhead::wire::ethercat {
namespace {

// Who takes part. kOthers: the addressed device reads, all others write.
enum class Form : uint8_t { kNone, kPosition, kStation, kAll, kLogical, kOthers };
struct CommandFact {
  Form form = Form::kNone;
  bool reads = false, writes = false;
};
// By command (ETG.1000.4 5.4).
constexpr CommandFact kCommands[] = {
    {},                       // NOP
    {Form::kPosition, true},  // APRD
    {Form::kPosition, false, true},
    {Form::kPosition, true, true},
    {Form::kStation, true},  // FPRD
    {Form::kStation, false, true},
    {Form::kStation, true, true},
    {Form::kAll, true},  // BRD
    {Form::kAll, false, true},
    {Form::kAll, true, true},
    {Form::kLogical, true},  // LRD
    {Form::kLogical, false, true},
    {Form::kLogical, true, true},
    {Form::kOthers, true, true},  // ARMW
    {Form::kOthers, true, true},  // FRMW
};
static_assert(std::size(kCommands) == size_t{static_cast<uint8_t>(Command::kFrmw)} + 1);

CommandFact command_of(const Datagram& datagram) noexcept {
  return datagram.command < std::size(kCommands) ? kCommands[datagram.command] : CommandFact{};
}

uint32_t unit_of(const Datagram& datagram, Form form) noexcept {
  switch (form) {
    case Form::kPosition:
      return kUnitByPosition | datagram.device();
    case Form::kStation:
      return datagram.device();
    case Form::kAll:
    case Form::kOthers:
      return kUnitEveryone;
    case Form::kLogical:
      return kUnitLogical;
    case Form::kNone:
      break;
  }
  return 0;
}

// What a datagram has in common with itself when it comes back: the device's address may not be,
// for devices count in it.
uint64_t pair_id_of(const Datagram& datagram, Form form, uint32_t order) noexcept {
  constexpr uint64_t kGiven = uint64_t{1} << 63;
  const uint32_t address = form == Form::kLogical ? datagram.address : datagram.offset();
  return kGiven | uint64_t{order} << 48 | uint64_t{datagram.index} << 40 |
         uint64_t{datagram.command} << 32 | address;
}

void add_range(const Datagram& datagram, const CommandFact& fact, Operation& out) noexcept {
  const bool logical = fact.form == Form::kLogical;
  const uint64_t space = logical ? static_cast<uint64_t>(PointSpace::kLogical) : 0;
  const uint64_t first =
      space << kPointSpaceShift | (logical ? datagram.address : datagram.offset());
  out.add_point({PointType::kEthercatAddress,
                 fact.writes ? OperationClass::kWrite : OperationClass::kRead, first,
                 first + datagram.data.size() - 1, datagram.command});
}

// What was read is there in the answer only.
void add_data(const Datagram& datagram, const CommandFact& fact, Operation& out) noexcept {
  if (fact.writes || out.direction == Direction::kResponse)
    out.add_values({ValueView::Encoding::kBytes, 0, 1, datagram.data});
}

// Memory behind the registers, written, or read by the one device that had a mailbox: where tshark
// looks for mailboxes, and in broadcasts.
bool may_hold_mailbox(const Datagram& datagram, const CommandFact& fact) noexcept {
  constexpr uint16_t kFirstMemory = 0x1000;
  if (fact.form == Form::kLogical || datagram.offset() < kFirstMemory) return false;
  return fact.writes || (fact.form != Form::kAll && datagram.counter == 1);
}

// False: it holds none, or what only looks like one.
bool tell_mailbox(const Datagram& datagram, const CommandFact& fact, Operation& out) noexcept {
  constexpr uint16_t kMost = 1500;
  if (!may_hold_mailbox(datagram, fact) || datagram.data.size() < kMailboxHeader) return false;
  Reader in(datagram.data);
  const Mailbox mailbox = read_mailbox_header(in);
  if (mailbox.length > kMost || mailbox.type == MailboxType::kError) return false;
  Reader content = in.take(std::min<size_t>(mailbox.length, in.left()));
  const Service service = read_service(mailbox.type, content);
  const FunctionFact* const known = content.ok() ? function_of(service.code) : nullptr;
  if (known == nullptr) return false;
  add_range(datagram, fact, out);
  tell_service(service, known, out);
  return true;
}

// What the datagram does to memory and registers.
void tell_memory(const Datagram& datagram, const CommandFact& fact, Operation& out) noexcept {
  if (fact.writes && fact.form != Form::kLogical)
    return add_written(datagram.command, datagram.offset(), datagram.data, out);
  describe(out, datagram.command, function_of(datagram.command));
  add_range(datagram, fact, out);
  add_data(datagram, fact, out);
}

}  // namespace

Datagram read_datagram(Reader& in) noexcept {
  constexpr uint16_t kLength = 0x07ff, kReserved = 0x3800, kMore = 0x8000;
  Datagram out;
  out.command = in.u8();
  out.index = in.u8();
  const size_t address_at = in.at();
  out.address = in.le32();
  const size_t length_at = in.at();
  const uint16_t length = in.le16();
  in.expect((length & kReserved) == 0, FaultKind::kBadFlags, length_at);
  out.more = (length & kMore) != 0;
  in.skip(2);  // interrupts of devices
  const uint64_t size = length & kLength;
  in.expect(in.left() >= size, FaultKind::kBadLength, length_at);
  out.data = in.bytes(size);
  out.counter = in.le16();
  const Form form = command_of(out).form;
  const bool logical = form == Form::kLogical;
  const uint64_t end = size + (logical ? out.address : out.offset());
  const uint64_t most = logical ? uint64_t{1} << 32 : uint64_t{1} << 16;
  in.expect(form == Form::kNone || end <= most, FaultKind::kBadAddress, address_at);
  return out;
}

void tell_datagram(const Datagram& datagram, Side side, uint32_t order, Operation& out) noexcept {
  const CommandFact fact = command_of(datagram);
  out.clear();
  out.app = App::kEthercat;
  out.direction = side == Side::kRequest ? Direction::kRequest : Direction::kResponse;
  out.unit = unit_of(datagram, fact.form);
  out.request_id = datagram.index;
  out.pairing.id = pair_id_of(datagram, fact.form, order);
  if (fact.form == Form::kNone || datagram.data.empty())
    describe(out, datagram.command, function_of(datagram.command));
  else if (!tell_mailbox(datagram, fact, out))
    tell_memory(datagram, fact, out);
  const bool undone = fact.form != Form::kNone && datagram.counter == 0;
  out.is_exception |= undone && side == Side::kResponse;
}

}  // namespace bulkhead::wire::ethercat
