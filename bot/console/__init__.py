"""The desk in the browser: sign-in, rights, and the pages that agents, supervisors and admins work with.

The pages stand on NiceGUI, which is imported when somebody first comes to sign in: a service whose desk is the staff
group alone does not pay for it. Nothing outside this package imports NiceGUI.
"""
