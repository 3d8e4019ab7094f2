// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/ethercat/services.h"

#include <algorithm>

namespace bulkhead::wire::ethercat {
namespace {

PointRange point(PointSpace space, uint64_t number) noexcept {
  number |= uint64_t{static_cast<uint8_t>(space)} << kPointSpaceShift;
  return {PointType::kEthercatAddress, OperationClass::kUnspecified, number, number};
}

// A text that ends with its first NUL, or with the mailbox.
std::string_view text_of(std::span<const uint8_t> bytes) noexcept {
  const auto end = std::ranges::find(bytes, uint8_t{0});
  return {reinterpret_cast<const char*>(bytes.data()), static_cast<size_t>(end - bytes.begin())};
}

}  // namespace

// The header of AMS: whom and who (net and port), command, flags, length, error, invoke id.
Service read_aoe(Reader& in) noexcept {
  constexpr size_t kEnds = 16, kFlagsAndLength = 6, kInvokeId = 4;
  Service out;
  in.skip(kEnds);
  out.code = code_of(MailboxType::kAoe, in.le16());
  in.skip(kFlagsAndLength);
  out.why = in.le32();
  out.refuses = out.why != 0;
  in.skip(kInvokeId);
  return out;
}

// Type and flags; then which fragment it is, or how it ended. Types of answers are odd.
Service read_eoe(Reader& in) noexcept {
  constexpr uint32_t kTimestamp = 1;
  Service out;
  const uint32_t type = in.le16() & 0xf, result = in.le16();
  const bool answer = type > kTimestamp && type % 2 != 0;
  out.code = code_of(MailboxType::kEoe, answer ? type - 1 : type);
  out.why = answer ? result : 0;
  out.refuses = out.why != 0;
  return out;
}

// Opcode, reserved; password, number of the packet, or error; name of the file, data, or text.
Service read_foe(Reader& in) noexcept {
  enum class Opcode : uint8_t { kRead = 1, kWrite = 2, kData = 3, kError = 5 };
  Service out;
  const auto opcode = static_cast<Opcode>(in.u8());
  out.code = code_of(MailboxType::kFoe, static_cast<uint32_t>(opcode));
  in.skip(1);
  const uint32_t number = in.le32();
  const auto rest = in.rest();
  if (opcode == Opcode::kRead || opcode == Opcode::kWrite) {
    out.point = point(PointSpace::kFoeFile, 0);
    out.point.name = text_of(rest);
  }
  out.refuses = opcode == Opcode::kError;
  out.why = out.refuses ? number : 0;
  return out;
}

// Opcode, flags and drive; which elements; IDN, or of a fragment how many are left.
Service read_soe(Reader& in) noexcept {
  constexpr uint32_t kReadAnswer = 2, kWrite = 3, kWriteAnswer = 4;
  constexpr uint8_t kIncomplete = 8, kError = 0x10;
  Service out;
  const uint8_t control = in.u8();
  in.skip(1);
  const uint32_t idn = in.le16(), opcode = control & 7, drive = control >> 5;
  const bool answer = opcode == kReadAnswer || opcode == kWriteAnswer;
  out.code = code_of(MailboxType::kSoe, answer ? opcode - 1 : opcode);
  if ((control & kIncomplete) == 0) out.point = point(PointSpace::kSoeIdn, drive << 16 | idn);
  out.refuses = (control & kError) != 0;
  if (out.refuses)
    out.why = in.le16();
  else if (opcode == kReadAnswer || opcode == kWrite)
    out.value = in.rest();
  return out;
}

}  // namespace bulkhead::wire::ethercat
