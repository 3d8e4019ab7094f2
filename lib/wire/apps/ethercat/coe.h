// SPDX-License-Identifier: Apache-2.0
// CANopen over EtherCAT (ETG.1000.6): SDOs read and write objects, SDO information lists them.
#pragma once

#include "wire/apps/ethercat/mailbox.h"

namespace bulkhead::wire::ethercat {

// Functions of the codes of CoE: its types, with those of requests and of answers in one.
inline constexpr uint32_t kSdo = 2, kSdoInformation = 8;
// Sub-functions of kSdo: commands of the client (CiA 301 7.2.4.3).
enum class Sdo : uint8_t {
  kDownloadSegment = 0,
  kInitiateDownload = 1,
  kInitiateUpload = 2,
  kUploadSegment = 3,
  kAbort = 4,
  kProgramDownload = 16,  // kInitiateDownload of objects that hold programs (CiA 302-3)
};
// Sub-functions of kSdoInformation: opcodes of requests; answers are one above.
inline constexpr uint32_t kObjectList = 1, kObject = 3, kEntry = 5, kInformationError = 7;

Service read_coe(Reader& in) noexcept;

}  // namespace bulkhead::wire::ethercat
