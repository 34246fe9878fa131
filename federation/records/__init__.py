"""The learningRecord extension: its fields, what to believe of it, and how to write it."""

from federation.records.verify import IgnoredRecord, RefusedRecord, Verdict, Verified, has_record, is_case, verify

__all__ = ["IgnoredRecord", "RefusedRecord", "Verdict", "Verified", "has_record", "is_case", "verify"]
