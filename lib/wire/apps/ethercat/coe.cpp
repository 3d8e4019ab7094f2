// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/ethercat/coe.h"

#include <algorithm>

namespace bulkhead::wire::ethercat {
namespace {

enum class CoeType : uint8_t { kSdoRequest = 2, kSdoResponse = 3, kSdoInformation = 8 };

// Of the client's commands those that the server's answer, by its own numbers (CiA 301 7.2.4.3).
constexpr Sdo kAnswered[] = {Sdo::kUploadSegment, Sdo::kDownloadSegment, Sdo::kInitiateUpload,
                             Sdo::kInitiateDownload, Sdo::kAbort};

constexpr uint32_t sdo_code(uint32_t command) noexcept {
  return code_of(MailboxType::kCoe, kSdo, command);
}

// Subindices from one to another of an object.
PointRange object(uint32_t index, uint32_t first, uint32_t last) noexcept {
  const uint64_t base =
      uint64_t{static_cast<uint8_t>(PointSpace::kCoeObject)} << kPointSpaceShift | index << 8;
  return {PointType::kEthercatAddress, OperationClass::kUnspecified, base | first, base | last};
}

// Data of an initiate: up to four octets, or the length and what fits of the rest.
std::span<const uint8_t> initiated(uint8_t command, Reader& in) noexcept {
  constexpr uint8_t kSizeTold = 1, kExpedited = 2;
  constexpr size_t kRoom = 4;
  const auto first = in.bytes(kRoom);
  if ((command & kExpedited) == 0) return in.rest();
  const size_t unused = (command & kSizeTold) != 0 ? command >> 2 & 3 : 0;
  return first.first(first.size() - std::min(unused, first.size()));
}

constexpr uint32_t kDownload = sdo_code(static_cast<uint32_t>(Sdo::kInitiateDownload));
constexpr uint32_t kProgramDownload = sdo_code(static_cast<uint32_t>(Sdo::kProgramDownload));

// Program data, program control (CiA 302-3).
bool is_program(uint32_t index) noexcept {
  return index == 0x1f50 || index == 0x1f51;
}

void read_initiate(uint8_t command, bool carries, Reader& in, Service& out) noexcept {
  constexpr uint8_t kComplete = 0x10;  // all subindices from there on
  const uint32_t index = in.le16(), sub = in.u8();
  out.point = object(index, sub, (command & kComplete) != 0 ? 0xff : sub);
  if (out.code == kDownload && is_program(index)) out.code = kProgramDownload;
  const auto data = initiated(command, in);
  if (carries) out.value = data;
}

void read_sdo(bool answer, Reader& in, Service& out) noexcept {
  constexpr size_t kBehindCommand = 7;  // at least, of segments too
  const uint8_t command = in.u8();
  uint32_t client = command >> 5;
  if (answer && client < std::size(kAnswered)) client = static_cast<uint32_t>(kAnswered[client]);
  out.code = sdo_code(client);
  switch (static_cast<Sdo>(client)) {
    case Sdo::kInitiateDownload:
      return read_initiate(command, !answer, in, out);
    case Sdo::kInitiateUpload:
      return read_initiate(command, answer, in, out);
    case Sdo::kAbort:
      in.skip(3);
      out.refuses = true;
      out.why = in.le32();
      return;
    default:
      in.skip(kBehindCommand);
  }
}

// SDO information (ETG.1000.6): opcode, reserved, fragments left.
void read_information(Reader& in, Service& out) noexcept {
  constexpr uint8_t kMore = 0x80;
  const uint32_t opcode = in.u8() & static_cast<uint8_t>(~kMore);
  in.skip(3);
  const uint32_t asked = opcode == 0 ? 0 : (opcode - 1) / 2 * 2 + 1;
  out.code = code_of(MailboxType::kCoe, kSdoInformation, asked);
  if (asked == kInformationError) {
    out.refuses = true;
    out.why = in.le32();
    return;
  }
  const uint32_t index = in.le16();  // of a list its type
  if (asked == kObject) out.point = object(index, 0, 0xff);
  if (asked != kEntry) return;
  const uint32_t sub = in.u8();
  out.point = object(index, sub, sub);
}

}  // namespace

Service read_coe(Reader& in) noexcept {
  Service out;
  const uint32_t type = in.le16() >> 12;
  out.code = code_of(MailboxType::kCoe, type);
  const auto kind = static_cast<CoeType>(type);
  if (kind == CoeType::kSdoRequest || kind == CoeType::kSdoResponse)
    read_sdo(kind == CoeType::kSdoResponse, in, out);
  else if (kind == CoeType::kSdoInformation)
    read_information(in, out);
  return out;
}

}  // namespace bulkhead::wire::ethercat
